/**
 * The field's words as this project uses them, with the meaning Citus' documentation gives them.
 * Reports print them; names in the code follow them.
 */
export const glossary: Readonly<Record<string, string>> = {
  'distribution column': 'The column whose hash decides which shard a row lives in.',
  'distributed table': 'A table split by its distribution column into shards over the worker nodes.',
  'reference table': 'A table of which every node holds a full copy; joins with it are local everywhere.',
  'local table': 'A table that stays on the coordinator only.',
  'co-location group':
    'Distributed tables whose equal keys live on the same node, so that joins and foreign keys on the key stay local.',
  shard: 'A plain PostgreSQL table on a worker that holds one range of hash values.',
  placement: 'One copy of a shard on one node.',
  'router query': 'A query that one shard can answer, sent to one node as it is.',
  'pushdown query': 'A query that every shard answers for its own rows, merged on the coordinator.',
  'repartition query': 'A query that first reshuffles rows between nodes because it joins on another column.',
  'pull to coordinator':
    'A part of a query whose rows are gathered on the coordinator first and sent out again as an intermediate result.',
  'single-shard table': 'A distributed table of one shard, as schema-based sharding makes them.',
  backfill: 'Filling a column that was added so that a table can be distributed by it.',
};
