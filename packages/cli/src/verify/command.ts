import path from 'node:path';
import { type ExitCode, exitCode, UsageError } from '@shardwright/core';
import { readPlan, type Verification, type VerifyOptions, verify } from '@shardwright/verifier';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readRate } from './rate.ts';
import { renderVerification } from './render-verification.ts';

/** The command `migrate verify`. */
export const verifyCommand: Command = {
  description:
    'Compares two databases: structure, sequences, and every row by hashes that both databases compute, down to the rows that differ; and whether every row is in the shard that its hash demands. Nothing is written to either.',
  options: {
    source: {
      type: 'string',
      requiresArg: true,
      describe: 'Address of the PostgreSQL that was moved, version 12 or later; a standby will do',
    },
    target: { type: 'string', requiresArg: true, describe: 'Address of the coordinator of Citus' },
    plan: {
      type: 'string',
      requiresArg: true,
      describe:
        'What migrate plan wrote: what it announced is no difference, and columns that it fills are compared',
    },
    jobs: { type: 'string', requiresArg: true, describe: 'Sessions that read on each side; 4 unless given' },
    'max-rate': {
      type: 'string',
      requiresArg: true,
      describe: 'Bytes of the source to read per second at most, e.g. 50MB',
    },
    sample: {
      type: 'string',
      requiresArg: true,
      describe:
        'Compare the rows in this per cent of the pages of tables with a key only, other ones each time; never proves that all is equal',
    },
    rows: {
      type: 'string',
      requiresArg: true,
      describe: 'Differing rows to show of a table; 10 unless given',
    },
    state: {
      type: 'string',
      requiresArg: true,
      describe:
        'File in which a stopped run leaves what it knows; verify-state.json beside the plan unless given',
    },
    json: { type: 'boolean', describe: 'One JSON document on standard output' },
  },
  examples: [
    [
      '$0 verify --source postgres://db.example/shop --target postgres://citus.example/shop --plan plan',
      'After a migration',
    ],
    ['$0 verify --source … --target … --sample 5', 'A look at every twentieth page'],
  ],
  epilogue:
    'Exit codes: 0 equal · 1 something differs · 2 a wrong argument or plan · 3 a database cannot be read · 5 nothing differs of what was compared, but not all was · 130 interrupted',
  interrupted: 'interrupted; with a plan or --state, the same command goes on with the tables that are left',
  run: async (args, io) => {
    const options = await readOptions(args);
    const verification = await verify(options, io);
    if (io.json) await io.printJson(verification);
    else await io.print(renderVerification(verification, { width: io.width, paint: io.paint }));
    return exitCodeOf(verification);
  },
};

async function readOptions(args: Arguments): Promise<VerifyOptions> {
  const [source, target] = [address(args, 'source'), address(args, 'target')];
  const given = args.text('plan');
  const plan = given === undefined ? undefined : await readPlan(given);
  const [jobs, rows, rate] = [args.wholeNumber('jobs'), args.wholeNumber('rows'), args.text('max-rate')];
  const samplePercent = readSample(args.text('sample'));
  const stateFile = args.text('state') ?? (plan && path.join(plan.directory, 'verify-state.json'));
  return {
    ...{ source, target },
    ...(plan === undefined ? {} : { plan }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(rows === undefined ? {} : { rows }),
    ...(rate === undefined ? {} : { bytesPerSecond: readRate(rate) }),
    ...(samplePercent === undefined ? {} : { samplePercent }),
    ...(stateFile === undefined ? {} : { stateFile }),
  };
}

function address(args: Arguments, name: 'source' | 'target'): string {
  const given = args.text(name);
  if (given !== undefined && /^postgres(ql)?:\/\//.test(given)) return given;
  const what = given === undefined ? `--${name} is missing` : `--${name} takes the address of a database`;
  throw new UsageError(what, { hint: `write --${name} postgres://user@host:5432/database` });
}

function readSample(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (percent > 0 && percent < 100) return percent;
  throw new UsageError(`--sample takes a per cent between 0 and 100, not "${text}"`, {
    hint: 'without it, all rows are compared.',
  });
}

function exitCodeOf({ verdict }: Verification): ExitCode {
  switch (verdict) {
    case 'equal':
      return exitCode.yes;
    case 'different':
      return exitCode.no;
    case 'inconclusive':
      return exitCode.inconclusive;
    default:
      return verdict satisfies never;
  }
}
