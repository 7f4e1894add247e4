import { UsageError } from '@shardwright/core';
import { yesOption } from '../cluster/options.ts';
import type { Command } from '../command.ts';
import { readPlan } from '../plan/read-plan.ts';

/** The command `migrate rollback`. */
export const rollbackCommand: Command = {
  description:
    'Takes a migration back: undoes what the journal in the target says was done, the last first, and nothing else, from any state, also a half-done one. Refuses when rows were written since, and when others have built on it. Stopped at any moment and called again, it goes on.',
  positionals: {
    directory: {
      type: 'string',
      describe:
        'What migrate plan wrote, or its plan.json, to make sure that it is the one meant; the journal knows the plan without it',
    },
  },
  options: {
    target: {
      type: 'string',
      requiresArg: true,
      describe: "postgres:// address of the target's coordinator",
    },
    backup: {
      type: 'string',
      requiresArg: true,
      describe: 'First write all rows, and what makes their tables, into this new file, a script for psql',
    },
    'no-backup': {
      type: 'boolean',
      describe: 'Go on without a backup: the rows are in the source, or not wanted',
    },
    'discard-written': {
      type: 'boolean',
      describe: 'Go on although rows were added, changed or removed since they were loaded',
    },
    json: { type: 'boolean', describe: 'One JSON document on standard output' },
    ...yesOption,
  },
  examples: [
    ['$0 rollback plan --target postgres://citus/shop', 'Show what would be taken back, and change nothing'],
    ['$0 rollback plan --target postgres://citus/shop --backup shop.sql', 'Back up, ask, take back'],
    [
      '$0 rollback --target postgres://citus/shop --no-backup --yes',
      'Whatever plan it was, without a backup and without a question',
    ],
  ],
  epilogue:
    'Exit codes: 0 taken back, or there was nothing · 1 refused: rows were written since, or others have built on it; or you said no · 2 usage, or no word on a backup · 3 database · 4 environment · 130 interrupted: call it again to go on',
  interrupted: 'interrupted; what was taken back is, and the same command goes on with the rest',
  graceMs: 10_000,
  run: async (args, io) => {
    const directory = args.text('directory');
    const backup = args.text('backup');
    const noBackup = args.flag('no-backup');
    if (backup !== undefined && noBackup) {
      throw new UsageError('--backup and --no-backup exclude each other', { hint: 'Give one of them.' });
    }
    const request = {
      target: args.required('target'),
      ...(directory === undefined ? {} : { plan: await readPlan(directory) }),
      ...(backup === undefined ? {} : { backup }),
      noBackup,
      discardWritten: args.flag('discard-written'),
    };
    // Only now: help and refusals need no migrator.
    const { performRollback } = await import('./perform-rollback.ts');
    return performRollback(request, io);
  },
};
