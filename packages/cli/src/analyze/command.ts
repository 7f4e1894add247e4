import type { Options } from 'yargs';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { failLevels, reportFormat, tableColumn } from './options.ts';
import type { AnalyzeRequest } from './request.ts';

const one: Options = { type: 'string', requiresArg: true };
const many: Options = { type: 'string', array: true, requiresArg: true };

const workloadGroup = 'What runs on it:';
const designGroup = 'Your own decisions (the rest is decided around them):';
const readingGroup = 'Reading:';
const outputGroup = 'Output:';

/** Every option with what `--help` says of it; values are checked as {@link Arguments} are read. */
const options = {
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
  format: {
    ...one,
    group: outputGroup,
    describe: 'text, json, markdown, html or sarif; told from --out, else text',
  },
  out: {
    ...one,
    group: outputGroup,
    describe: 'Write to this file, whole or not at all; standard output unless given',
  },
  'fail-on': {
    ...one,
    group: outputGroup,
    describe: 'Exit with 1 when there are findings of this severity: error, warning or never (the default)',
  },
} as const satisfies Readonly<Record<string, Options>>;

/** The command `migrate analyze`. */
export const analyzeCommand: Command = {
  description: 'Reads a dump or a live database (read-only) and says for each table how to run it on Citus.',
  positionals: {
    source: {
      describe:
        'A dump (.sql, .gz, .zst, custom, tar or directory format), - for standard input, or postgres://user@host/database',
    },
  },
  options,
  examples: [
    ['$0 analyze dump.sql', 'Advice from the schema, and from the rows when the dump holds them'],
    ['$0 analyze dump.sql.gz --workload statements.csv --out report.html', 'With your queries, as a page'],
    ['pg_dump -s shop | $0 analyze - --tenant company_id', 'From a pipe, around a key of your choice'],
    ['$0 analyze postgres://reader@db/shop --format json', 'A live database; password from PGPASSWORD'],
  ],
  epilogue:
    'Exit codes: 0 advice given · 1 findings at --fail-on · 2 usage or unusable input · 3 database · 4 environment · 70 defect · 130 interrupted',
  interrupted: 'interrupted; nothing was written',
  run: async (args, io) => {
    const request = readRequest(args);
    // Only now: help and refusals need no parser of SQL.
    const { runAnalyze } = await import('./run-analyze.ts');
    return runAnalyze(request, io);
  },
};

function readRequest(args: Arguments): AnalyzeRequest {
  const out = args.text('out');
  const tenant = args.text('tenant');
  const nodes = args.wholeNumber('nodes');
  const shards = args.wholeNumber('shards');
  const sample = args.wholeNumber('sample');
  const statementTimeoutMs = args.durationMs('statement-timeout');
  return {
    source: args.required('source'),
    workload: args.list('workload'),
    distribute: args.list('distribute').map((text) => tableColumn('distribute', text)),
    range: args.list('range').map((text) => tableColumn('range', text)),
    reference: args.list('reference'),
    local: args.list('local'),
    schemas: args.list('schema'),
    ...(tenant === undefined ? {} : { tenant }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(shards === undefined ? {} : { shards }),
    ...(sample === undefined ? {} : { sample }),
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    format: reportFormat(args.text('format'), out),
    ...(out === undefined ? {} : { out }),
    failOn: args.choice('fail-on', failLevels) ?? 'never',
  };
}
