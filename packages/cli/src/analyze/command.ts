import { UsageError } from '@shardwright/core';
import type { CommandModule, Options } from 'yargs';
import {
  durationMs,
  failLevels,
  oneOf,
  progressModes,
  reportFormat,
  several,
  single,
  tableColumn,
  wholeNumber,
} from './options.ts';
import type { AnalyzeRequest } from './request.ts';

const one: Options = { type: 'string', requiresArg: true };
const many: Options = { type: 'string', array: true, requiresArg: true };

const workloadGroup = 'What runs on it:';
const designGroup = 'Your own decisions (the rest is decided around them):';
const readingGroup = 'Reading:';
const outputGroup = 'Output:';

/** Every option with what `--help` says of it; values are checked in {@link readRequest}. */
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
  progress: {
    ...one,
    group: outputGroup,
    describe: 'On standard error: auto, always, never or json (NDJSON)',
  },
  quiet: { type: 'boolean', group: outputGroup, describe: 'Nothing on standard error but failures' },
  verbose: { type: 'boolean', group: outputGroup, describe: 'Times of each phase; stack traces of failures' },
} as const satisfies Readonly<Record<string, Options>>;

/** The options' names without dashes, for hints on mistyped ones. */
export const analyzeOptionNames: readonly string[] = [...Object.keys(options), 'help', 'version'];

/** The command `migrate analyze`; it only reads the arguments and hands on what they ask for. */
export function analyzeCommand(
  argv: readonly string[],
  accept: (request: AnalyzeRequest) => void,
): CommandModule {
  return {
    command: 'analyze <source>',
    describe: 'Can this database run on Citus, how is each table distributed, what must change?',
    builder: (parser) =>
      parser
        .usage(
          'Usage: $0 analyze SOURCE [options]\n\nReads a dump or a live database (read-only) and says for each table how to run it on Citus.',
        )
        .positional('source', {
          type: 'string',
          demandOption: true,
          describe:
            'A dump (.sql, .gz, .zst, custom, tar or directory format), - for standard input, or postgres://user@host/database',
        })
        .options(options)
        .example('$0 analyze dump.sql', 'Advice from the schema, and from the rows when the dump holds them')
        .example(
          '$0 analyze dump.sql.gz --workload statements.csv --out report.html',
          'With your queries, as a page',
        )
        .example(
          'pg_dump -s shop | $0 analyze - --tenant company_id',
          'From a pipe, around a key of your choice',
        )
        .example(
          '$0 analyze postgres://reader@db/shop --format json',
          'A live database; password from PGPASSWORD',
        )
        .epilogue(
          'Exit codes: 0 advice given · 1 findings at --fail-on · 2 usage or unusable input · 3 database · 4 environment · 70 defect · 130 interrupted',
        ),
    // The parser makes an empty text of a lone dash.
    handler: (parsed) =>
      accept(readRequest(parsed.source === '' && argv.includes('-') ? { ...parsed, source: '-' } : parsed)),
  };
}

function readSource(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UsageError('the name of what to analyze is empty', {
    hint: 'name a dump, a directory archive, - for standard input, or a postgres:// address.',
  });
}

function readRequest(parsed: Readonly<Record<string, unknown>>): AnalyzeRequest {
  const given = <Value>(name: string, read: (option: string, value: unknown) => Value): Value | undefined =>
    parsed[name] === undefined ? undefined : read(name, parsed[name]);
  const list = (name: string): readonly string[] => given(name, several) ?? [];
  const out = given('out', single);
  const tenant = given('tenant', single);
  const nodes = given('nodes', wholeNumber);
  const shards = given('shards', wholeNumber);
  const sample = given('sample', wholeNumber);
  const timeout = given('statement-timeout', single);
  return {
    source: readSource(parsed.source),
    workload: list('workload'),
    distribute: list('distribute').map((text) => tableColumn('distribute', text)),
    range: list('range').map((text) => tableColumn('range', text)),
    reference: list('reference'),
    local: list('local'),
    schemas: list('schema'),
    ...(tenant === undefined ? {} : { tenant }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(shards === undefined ? {} : { shards }),
    ...(sample === undefined ? {} : { sample }),
    ...(timeout === undefined ? {} : { statementTimeoutMs: durationMs('statement-timeout', timeout) }),
    format: reportFormat(given('format', single), out),
    ...(out === undefined ? {} : { out }),
    failOn: given('fail-on', (name, value) => oneOf(name, value, failLevels)) ?? 'never',
    progress: given('progress', (name, value) => oneOf(name, value, progressModes)) ?? 'auto',
    quiet: parsed.quiet === true,
    verbose: parsed.verbose === true,
  };
}
