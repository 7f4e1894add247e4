import { UsageError } from '@shardwright/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';

/** The command `migrate status`. */
export const statusCommand: Command = {
  description:
    'Tells from the journal on the target how far its migration is, table by table, whether a run is at work, and what comes next. Reads only.',
  options: {
    target: {
      type: 'string',
      requiresArg: true,
      describe: "postgres:// address of the target's coordinator",
    },
    // Without a type, the parser takes it with a value and without.
    watch: { describe: 'Look again and again, every SECONDS (2 unless given), until it is done' },
    json: { type: 'boolean', describe: 'One JSON document; with --watch one per line' },
  },
  examples: [
    ['$0 status --target postgres://citus/shop', 'From any terminal, while migrate run is at work or not'],
    ['$0 status --target … --watch', 'A screen that is redrawn until the migration is done, or Ctrl-C'],
  ],
  epilogue:
    'Exit codes: 0 done, or a run is at work · 1 nothing was begun, or a run was interrupted · 2 usage · 3 database · 4 environment',
  run: async (args, io) => {
    const target = args.required('target');
    const intervalMs = readInterval(args);
    // Only now: help and refusals need no driver.
    const { showStatus, watchStatus } = await import('./show-status.ts');
    return intervalMs === undefined ? showStatus(target, io) : watchStatus(target, intervalMs, io);
  },
};

const defaultIntervalMs = 2000;
const leastIntervalMs = 500;

function readInterval(args: Arguments): number | undefined {
  if (args.flag('watch')) return defaultIntervalMs;
  const intervalMs = args.durationMs('watch');
  if (intervalMs === undefined || intervalMs >= leastIntervalMs) return intervalMs;
  throw new UsageError('--watch looks every half second at most', {
    hint: 'write --watch 0.5 or more seconds.',
  });
}
