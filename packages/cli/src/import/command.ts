import type { Options } from 'yargs';
import type { Command } from '../command.ts';

const text: Options = { type: 'string', requiresArg: true };

/** The command `migrate import`. */
export const importCommand: Command = {
  description:
    'Carries out the plan of an export with the rows of its files: makes the tables on an empty Citus, loads every file once, checking it, then makes keys, indexes and all the rest. The source is not needed. Ended at any moment, the same command goes on where it was.',
  positionals: {
    directory: { type: 'string', describe: 'What migrate export wrote, with the directory of a plan' },
  },
  options: {
    target: { ...text, describe: "postgres:// address of the target's coordinator" },
    jobs: { ...text, describe: 'Files at once; 4 unless given, or fewer where connections are short' },
    json: { type: 'boolean', group: 'Output:', describe: 'One JSON document on standard output' },
  },
  examples: [
    ['$0 import files --target postgres://citus/shop', 'Passwords from PGPASSWORD'],
    ['$0 import files --target … --json --progress json', 'For programs'],
  ],
  epilogue:
    'Exit codes: 0 every row is there · 1 rows were set aside in shardwright.quarantine · 2 usage, no export, a file is missing or damaged, or the target is in another migration · 3 database · 4 environment · 70 defect · 130 interrupted. docs/offline.md tells how it works.',
  interrupted: 'interrupted; what was committed stays, and the same command goes on from there',
  graceMs: 5000,
  run: async (args, io) => {
    const jobs = args.wholeNumber('jobs');
    const request = {
      directory: args.required('directory'),
      target: args.required('target'),
      ...(jobs === undefined ? {} : { jobs }),
    };
    // Only now: help and refusals need no more.
    const { performImport } = await import('./perform-import.ts');
    return performImport(request, io);
  },
};
