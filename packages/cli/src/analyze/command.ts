import type { Options } from 'yargs';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { proofOptions, readOptionalProof } from '../prove/proof-options.ts';
import { failLevels, reportFormat } from './options.ts';
import type { AnalyzeRequest } from './request.ts';
import { readSourceRequest, sourceDescription, sourceOptions } from './source-options.ts';

const one: Options = { type: 'string', requiresArg: true };
const outputGroup = 'Output:';

const options = {
  ...sourceOptions,
  ...proofOptions,
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
    source: { describe: sourceDescription },
  },
  options,
  examples: [
    ['$0 analyze dump.sql', 'Advice from the schema, and from the rows when the dump holds them'],
    ['$0 analyze dump.sql.gz --workload statements.csv --out report.html', 'With your queries, as a page'],
    [
      '$0 analyze dump.sql --workload queries.sql --prove',
      'Also tries the plan, and the queries, on a throw-away Citus',
    ],
    ['pg_dump -s shop | $0 analyze - --tenant company_id', 'From a pipe, around a key of your choice'],
    ['$0 analyze postgres://reader@db/shop --format json', 'A live database; password from PGPASSWORD'],
  ],
  epilogue:
    'Exit codes: 0 advice given · 1 findings at --fail-on, or --prove found that the plan does not hold · 2 usage or unusable input · 3 database · 4 environment · 5 --prove lacks extensions to try all of it · 70 defect · 130 interrupted',
  interrupted: 'interrupted; nothing was written',
  graceMs: 20_000,
  run: async (args, io) => {
    const request = readRequest(args);
    // Only now: help and refusals need no parser of SQL.
    const { runAnalyze } = await import('./run-analyze.ts');
    return runAnalyze(request, io);
  },
};

function readRequest(args: Arguments): AnalyzeRequest {
  const out = args.text('out');
  const proof = readOptionalProof(args);
  return {
    ...readSourceRequest(args),
    format: reportFormat(args.text('format'), out),
    ...(out === undefined ? {} : { out }),
    ...(proof === undefined ? {} : { proof }),
    failOn: args.choice('fail-on', failLevels) ?? 'never',
  };
}
