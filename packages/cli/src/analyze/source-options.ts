import type { Options } from 'yargs';
import type { Arguments } from '../arguments.ts';
import { tableColumn } from './options.ts';
import type { SourceRequest } from './request.ts';

const one: Options = { type: 'string', requiresArg: true };
const many: Options = { type: 'string', array: true, requiresArg: true };

const workloadGroup = 'What runs on it:';
const designGroup = 'Your own decisions (the rest is decided around them):';
const readingGroup = 'Reading:';

/** What a source is and how it is read, for the help of every command that takes one. */
export const sourceDescription =
  'A dump (.sql, .gz, .zst, custom, tar or directory format), - for standard input, or postgres://user@host/database';

/** The options of a command that reads a source and decides on its tables. */
export const sourceOptions: Readonly<Record<string, Options>> = {
  workload: {
    ...many,
    group: workloadGroup,
    describe:
      'Queries that run: pg_stat_statements as CSV, a PostgreSQL csvlog, or a .sql file with optional "-- calls: n"; repeatable',
  },
  distribute: {
    ...many,
    group: designGroup,
    describe: 'TABLE=COLUMN: distribute it by this column; repeatable',
  },
  range: {
    ...many,
    group: designGroup,
    describe:
      'TABLE=COLUMN: distribute by ranges instead of hashes; the report says what that costs; repeatable',
  },
  reference: { ...many, group: designGroup, describe: 'TABLE: a full copy on every node; repeatable' },
  local: { ...many, group: designGroup, describe: 'TABLE: leave it on the coordinator; repeatable' },
  'single-shard': {
    ...many,
    group: designGroup,
    describe: 'TABLE or SCHEMA.*: whole on one node, with the others of its schema; repeatable',
  },
  tenant: {
    ...one,
    group: designGroup,
    describe: 'Column or table that stands for the tenant, e.g. account_id',
  },
  nodes: { ...one, group: designGroup, describe: 'Worker nodes to plan for' },
  shards: { ...one, group: designGroup, describe: 'Shards per co-location group; recommended unless given' },
  schema: { ...many, group: readingGroup, describe: 'Only this schema; repeatable' },
  sample: { ...one, group: readingGroup, describe: 'Rows to measure per table; all unless given' },
  'statement-timeout': {
    ...one,
    group: readingGroup,
    describe: 'Longest single query on a live database, e.g. 30s',
  },
};

/** Every option with its value checked; throws a UsageError for what does not fit. */
export function readSourceRequest(args: Arguments, positional = 'source'): SourceRequest {
  const tenant = args.text('tenant');
  const nodes = args.wholeNumber('nodes');
  const shards = args.wholeNumber('shards');
  const sample = args.wholeNumber('sample');
  const statementTimeoutMs = args.durationMs('statement-timeout');
  return {
    source: args.required(positional),
    workload: args.list('workload'),
    distribute: args.list('distribute').map((text) => tableColumn('distribute', text)),
    range: args.list('range').map((text) => tableColumn('range', text)),
    reference: args.list('reference'),
    local: args.list('local'),
    singleShard: args.list('single-shard'),
    schemas: args.list('schema'),
    ...(tenant === undefined ? {} : { tenant }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(shards === undefined ? {} : { shards }),
    ...(sample === undefined ? {} : { sample }),
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
  };
}
