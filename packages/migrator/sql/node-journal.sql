-- On every node, and not passed on by Citus: a row commits there in the transaction that wrote the rows it tells of.
CREATE SCHEMA IF NOT EXISTS shardwright;

CREATE TABLE IF NOT EXISTS shardwright.loaded_chunk (
  relation text NOT NULL,
  -- Goes up when a table is emptied and copied anew.
  generation int NOT NULL,
  chunk int NOT NULL,
  -- 0 for all shards at once.
  shard bigint NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (relation, generation, chunk, shard)
);
