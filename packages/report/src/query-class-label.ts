import type { QueryClass } from '@shardwright/analyzer';

/** What a class means for the person who runs the query. */
export interface QueryClassLabel {
  readonly words: string;
  readonly meaning: string;
  /** `one`: one shard answers. `all`: every shard works. `network`: rows move between nodes. */
  readonly reach: 'one' | 'all' | 'network' | 'local' | 'refused' | 'unknown';
}

const labels: Readonly<Record<QueryClass, QueryClassLabel>> = {
  'fast-path': {
    words: 'fast path',
    meaning: 'one table and one key: sent to one shard without planning',
    reach: 'one',
  },
  router: { words: 'router', meaning: 'one shard answers the whole query', reach: 'one' },
  pushdown: { words: 'pushdown', meaning: 'every shard answers for its own rows', reach: 'all' },
  repartition: {
    words: 'repartition',
    meaning: 'rows are reshuffled between nodes first; off unless citus.enable_repartition_joins is on',
    reach: 'network',
  },
  subplans: {
    words: 'pull to coordinator',
    meaning: 'parts run first and their rows go through the coordinator',
    reach: 'network',
  },
  'insert-select-pull': {
    words: 'INSERT … SELECT, pulled',
    meaning: 'the selected rows go through the coordinator',
    reach: 'network',
  },
  'insert-select-repartition': {
    words: 'INSERT … SELECT, repartitioned',
    meaning: 'the selected rows are reshuffled between nodes',
    reach: 'network',
  },
  'merge-pull': {
    words: 'MERGE, pulled',
    meaning: 'the source rows go through the coordinator',
    reach: 'network',
  },
  'merge-repartition': {
    words: 'MERGE, repartitioned',
    meaning: 'the source rows are reshuffled between nodes',
    reach: 'network',
  },
  local: { words: 'local', meaning: 'runs on one node without distributed tables', reach: 'local' },
  unsupported: { words: 'unsupported', meaning: 'Citus refuses it as it is written', reach: 'refused' },
  unknown: { words: 'unknown', meaning: 'cannot be told from the text and the catalog', reach: 'unknown' },
};

/** The words for a query class. */
export function queryClassLabel(name: QueryClass): QueryClassLabel {
  return labels[name];
}
