import type { Options } from 'yargs';
import type { Command } from '../command.ts';

const text: Options = { type: 'string', requiresArg: true };
const loading = 'Loading:';
const restraint = 'Restraint:';
const output = 'Output:';

/** The command `migrate run`. */
export const runCommand: Command = {
  description:
    'Carries a plan out: makes the tables on an empty Citus, moves every row exactly once, then makes keys, indexes and all the rest. Ended at any moment, the same command goes on where it was.',
  positionals: {
    directory: { type: 'string', describe: 'What migrate plan wrote, or its plan.json' },
  },
  options: {
    source: {
      ...text,
      describe:
        'The database that was planned for, as postgres:// address, or a dump of it: a file, packed or not, an archive or a directory; only read',
    },
    target: { ...text, describe: "postgres:// address of the target's coordinator" },
    jobs: {
      ...text,
      group: loading,
      describe: 'Tables and parts of tables at once; 4 unless given, or fewer where connections are short',
    },
    load: {
      ...text,
      group: loading,
      describe: 'coordinator, all-nodes or direct; for each table the fastest that is safe unless given',
    },
    'chunk-size': {
      ...text,
      group: loading,
      describe:
        'How much of a table is copied in one transaction, e.g. 512MB; 128MB unless given; of a dump 8MB, and at most 32MB',
    },
    'large-objects': {
      ...text,
      group: loading,
      describe: 'carry them to the coordinator, or leave them behind; carry unless given',
    },
    'without-foreign-key': {
      ...text,
      array: true,
      group: loading,
      describe: 'Name of a foreign key of the plan that is not made, as rows break it; repeatable',
    },
    unchecked: {
      type: 'boolean',
      group: loading,
      describe:
        'Do not count beforehand which rows of a live source break foreign keys; checks.sql does the same',
    },
    'max-replica-lag': {
      ...text,
      group: restraint,
      describe:
        'How far a replica of the source or of a node may fall behind before fewer jobs work, e.g. 10s, or off; 30s unless given',
    },
    'max-active': {
      ...text,
      group: restraint,
      describe:
        'How many statements of others may be at work on a server before fewer jobs work, or off; 32 unless given',
    },
    json: { type: 'boolean', group: output, describe: 'One JSON document on standard output' },
    report: {
      ...text,
      group: output,
      describe: 'Write a report of what was done, when and how fast: FILE.html, FILE.md or FILE.json',
    },
    metrics: {
      ...text,
      group: output,
      describe: 'HOST:PORT for Prometheus while it runs; a port alone is for this machine only',
    },
  },
  examples: [
    ['$0 run plan --source postgres://db/shop --target postgres://citus/shop', 'Passwords from PGPASSWORD'],
    ['$0 run plan --source shop.dump --target postgres://citus/shop', 'From what pg_dump wrote'],
    ['$0 run plan --source … --target … --report run.html', 'With a report at the end'],
    ['$0 run plan --source … --target … --json --progress json', 'For programs'],
  ],
  epilogue:
    'Exit codes: 0 every row is there · 1 rows were set aside in shardwright.quarantine · 2 usage, no plan, or the target is in another migration · 3 database · 4 environment · 70 defect · 130 interrupted. docs/run.md tells how it works.',
  interrupted: 'interrupted; what was committed stays, and the same command goes on from there',
  graceMs: 5000,
  run: async (args, io) => {
    // Only now: help needs no driver.
    const [{ readRunRequest }, { performRun }] = await Promise.all([
      import('./request.ts'),
      import('./perform-run.ts'),
    ]);
    return performRun(readRunRequest(args), io);
  },
};
