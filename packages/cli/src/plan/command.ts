import type { Options } from 'yargs';
import { readSourceRequest, sourceDescription, sourceOptions } from '../analyze/source-options.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { proofOptions, readOptionalProof } from '../prove/proof-options.ts';
import type { PlanRequest } from './request.ts';

const outputGroup = 'Output:';

const options = {
  ...sourceOptions,
  ...proofOptions,
  source: {
    type: 'string',
    requiresArg: true,
    group: 'Reading:',
    describe: 'Where the database of an analysis is now; unless given, where the analysis read it',
  },
  out: {
    type: 'string',
    requiresArg: true,
    group: outputGroup,
    describe:
      'Write plan.json, migration.sql, rollback.sql, table-analysis.txt and README.md into this directory',
  },
  force: { type: 'boolean', group: outputGroup, describe: 'Even if other files are in that directory' },
  json: { type: 'boolean', group: outputGroup, describe: 'Print plan.json instead of the summary' },
} as const satisfies Readonly<Record<string, Options>>;

/** The command `migrate plan`. */
export const planCommand: Command = {
  description:
    'Plans the way to Citus: every statement in order, each with what takes it back, what changes and what gets weaker. Changes nothing itself.',
  positionals: {
    input: { describe: `${sourceDescription}; or an analysis that migrate analyze wrote as .json` },
  },
  options,
  examples: [
    ['$0 plan dump.sql --out plan', 'Analyse and plan; then read plan/README.md'],
    ['$0 plan analysis.json --out plan', 'Plan what an analysis decided, if its source is still the same'],
    ['$0 plan analysis.json --source postgres://db/shop', 'The same for the live database; only a summary'],
    [
      '$0 plan dump.sql --workload queries.sql --out plan --prove',
      'Plan, and try it with the queries at once',
    ],
    ['$0 plan dump.sql --tenant company_id --json', 'For programs'],
  ],
  epilogue:
    'Exit codes: 0 planned · 1 the source has changed since the analysis, or --prove found that the plan does not hold · 2 usage or unusable input · 3 database · 4 environment · 5 --prove lacks extensions to try all of it · 70 defect · 130 interrupted',
  interrupted: 'interrupted; nothing was written',
  graceMs: 20_000,
  run: async (args, io) => {
    const request = readRequest(args);
    // Only now: help and refusals need no parser of SQL.
    const { runPlan } = await import('./run-plan.ts');
    return runPlan(request, io);
  },
};

function readRequest(args: Arguments): PlanRequest {
  const out = args.text('out');
  const elsewhere = args.text('source');
  const proof = readOptionalProof(args);
  const { source: input, ...decisions } = readSourceRequest(args, 'input');
  return {
    ...decisions,
    input,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(out === undefined ? {} : { out }),
    ...(proof === undefined ? {} : { proof }),
    force: args.flag('force'),
  };
}
