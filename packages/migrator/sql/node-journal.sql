-- On every node, and not passed on by Citus: a row commits there in the transaction that wrote the rows it tells of.
CREATE SCHEMA IF NOT EXISTS shardwright;

CREATE TABLE IF NOT EXISTS shardwright.turn (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- The journal of this node, which a node that takes its place does not have.
  node uuid NOT NULL DEFAULT gen_random_uuid(),
  migration uuid NOT NULL,
  -- Whose turn it is: transactions of any other run are refused, wherever they come from.
  run uuid NOT NULL
);

CREATE TABLE IF NOT EXISTS shardwright.loaded_chunk (
  relation text NOT NULL,
  -- Goes up when a table is emptied and copied anew.
  generation int NOT NULL,
  chunk int NOT NULL,
  -- 0 for all shards at once.
  shard bigint NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  -- When the transaction began.
  began_at timestamptz NOT NULL DEFAULT now(),
  loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (relation, generation, chunk, shard)
);
