import {
  type Coordinator,
  type JobOutcome,
  planRebalance,
  type RebalanceScope,
  rebalanceInForeground,
  type ShardMove,
  startRebalance,
  stopRebalance,
  watchJob,
  watchRunningJob,
} from '@shardwright/cluster';
import { type ExitCode, exitCode, formatBytes, plural, UsageError } from '@shardwright/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { openTarget, type Target } from './target.ts';
import { givenTransferMode, transferModeOption } from './transfer-mode-option.ts';

/** The command `cluster rebalance`. */
export const rebalance: Command = {
  description:
    "Moves shards until nodes hold about the same, in Citus' background queue; with a table or a threshold, which the queue does not know, it waits for the moves itself.",
  positionals: { table: { describe: 'Only this table and those co-located with it; all unless given' } },
  options: {
    plan: { type: 'boolean', describe: 'Tell the moves and change nothing' },
    watch: { type: 'boolean', alias: 'w', describe: 'Wait for the end; joins a rebalance that runs already' },
    stop: { type: 'boolean', describe: 'End the rebalance that runs; moves that are done stay' },
    threshold: {
      type: 'string',
      requiresArg: true,
      describe: "How far a node may be from the mean, e.g. 0.05; the strategy's unless given",
    },
    strategy: {
      type: 'string',
      requiresArg: true,
      describe: 'by_disk_size or by_shard_count, or one of your own; by_disk_size unless given',
    },
    ...transferModeOption,
  },
  examples: [
    ['$0 rebalance --plan', 'What would move'],
    ['$0 rebalance --watch', 'Move it and wait'],
    ['$0 rebalance orders --strategy by_shard_count', 'One table'],
  ],
  epilogue:
    'Exit codes: 0 done, started, or even already · 1 nothing ran that --stop could end · 3 a move failed',
  // A move that is cancelled is undone first.
  graceMs: 60_000,
  run: async (args, io) => {
    refuseContradictions(args);
    const target = await openTarget(args, io);
    await using coordinator = await target.connect();
    // Awaited here, since the session ends with this block.
    if (args.flag('stop')) return await stop(target, coordinator, io);
    if (args.flag('plan')) return await plan({ target, coordinator, scope: scopeOf(args) }, io);
    return await start({ target, coordinator, args }, io);
  },
};

function refuseContradictions(args: Arguments): void {
  const chosen = ['plan', 'watch', 'stop'].filter((name) => args.flag(name));
  if (chosen.length > 1) {
    throw new UsageError(`${chosen.map((name) => `--${name}`).join(' and ')} do not go together`, {
      hint: 'See the plan first; then start it, with --watch or without.',
    });
  }
  const idle = ['table', 'threshold', 'strategy', 'transfer-mode'].filter(
    (name) => args.text(name) !== undefined,
  );
  if (args.flag('stop') && idle.length > 0) {
    throw new UsageError('--stop ends the rebalance that runs, whatever it was started with', {
      hint: 'Give it alone.',
    });
  }
  const threshold = args.text('threshold');
  if (threshold !== undefined && !(Number(threshold) >= 0 && Number(threshold) < 1)) {
    throw new UsageError(`--threshold takes a share from 0 to below 1, not ${threshold}`, {
      hint: 'E.g. 0.1: nodes may be a tenth above or below the mean.',
    });
  }
}

function scopeOf(args: Arguments): RebalanceScope {
  const [table, threshold, strategy] = [args.text('table'), args.text('threshold'), args.text('strategy')];
  return {
    ...(table === undefined ? {} : { table }),
    ...(threshold === undefined ? {} : { threshold: Number(threshold) }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

interface Planned {
  readonly target: Target;
  readonly coordinator: Coordinator;
  readonly scope: RebalanceScope;
}

async function plan({ target, coordinator, scope }: Planned, io: CommandIo): Promise<ExitCode> {
  const moves = await planRebalance(coordinator, scope);
  if (io.json) await io.printJson({ cluster: target.label, isBalanced: moves.length === 0, moves });
  else if (moves.length === 0) await io.print('Shards are even already: nothing would move.\n');
  else {
    await showMoves(moves, coordinator, io);
    await io.suggest([[`cluster rebalance --watch${target.option}`, 'moves them']]);
  }
  return exitCode.yes;
}

async function showMoves(moves: readonly ShardMove[], { nameOf }: Coordinator, io: CommandIo): Promise<void> {
  await io.printTable(
    [
      { title: 'Move', align: 'right' },
      { title: 'From', shrinks: true },
      { title: 'To', shrinks: true },
      { title: 'Size', align: 'right' },
      { title: 'Shards', shrinks: true },
    ],
    moves.map(({ tables, shardIds, from, to, sizeBytes }, index) => [
      String(index + 1),
      nameOf(from),
      nameOf(to),
      sizeBytes === null ? 'unknown' : formatBytes(sizeBytes),
      tables.map((table, at) => `${table} ${shardIds[at]}`).join(', '),
    ]),
  );
  await io.print(`${io.paint.faint(`${plural(moves.length, 'move')}, ${formatBytes(bytesOf(moves))}`)}\n`);
}

function bytesOf(moves: readonly ShardMove[]): number {
  return moves.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
}

async function stop(target: Target, coordinator: Coordinator, io: CommandIo): Promise<ExitCode> {
  io.emit({ kind: 'phase', phase: 'stopping the rebalance' });
  const job = await stopRebalance(coordinator);
  const done = job?.tasks.filter(({ state }) => state === 'done').length ?? 0;
  if (io.json) {
    await io.printJson({
      cluster: target.label,
      outcome: job ? 'stopped' : 'none-running',
      ...(job ? { jobId: job.id, moves: done } : {}),
    });
  } else if (job) {
    await io.print(
      `Job ${job.id} is stopped; ${plural(done, 'move')} of ${job.tasks.length} were done and stay.\n`,
    );
  } else await io.print('No rebalance runs.\n');
  return job ? exitCode.yes : exitCode.no;
}

async function start(
  { target, coordinator, args }: Omit<Planned, 'scope'> & { readonly args: Arguments },
  io: CommandIo,
): Promise<ExitCode> {
  const scope = { ...scopeOf(args), ...givenTransferMode(args) };
  if (scope.table !== undefined || scope.threshold !== undefined) {
    const moves = await rebalanceInForeground(coordinator, scope, io);
    if (io.json)
      await io.printJson({
        cluster: target.label,
        outcome: moves.length === 0 ? 'balanced' : 'finished',
        moves,
      });
    else if (moves.length === 0) await io.print('Shards are even already: nothing was moved.\n');
    else await io.print(`Done: ${plural(moves.length, 'move')}, ${formatBytes(bytesOf(moves))}.\n`);
    return exitCode.yes;
  }
  if (args.flag('watch')) {
    const joined = await watchRunningJob(coordinator, io);
    if (joined) return finish(target, joined, io);
  }
  const started = await startRebalance(coordinator, scope);
  if (started && args.flag('watch'))
    return finish(target, await watchJob(coordinator, started.jobId, io), io);
  if (io.json) {
    await io.printJson({ cluster: target.label, outcome: started ? 'started' : 'balanced', ...started });
  } else if (started) {
    await io.print(
      `Job ${started.jobId} moves shards in the background: ${plural(started.moves.length, 'move')}, ${formatBytes(bytesOf(started.moves))}.\n`,
    );
    await io.suggest([
      [`cluster rebalance --watch${target.option}`, 'follows it; a move that fails is told there at once'],
      [`cluster rebalance --stop${target.option}`, 'ends it'],
    ]);
  } else await io.print('Shards are even already: nothing was moved.\n');
  return exitCode.yes;
}

async function finish(target: Target, outcome: JobOutcome, io: CommandIo): Promise<ExitCode> {
  if (io.json) await io.printJson({ cluster: target.label, outcome: outcome.state, ...outcome });
  else {
    const words = outcome.state === 'finished' ? 'Done' : `Job ${outcome.jobId} was stopped by somebody`;
    await io.print(`${words}: ${plural(outcome.moves, 'move')}, ${formatBytes(outcome.movedBytes)}.\n`);
  }
  return outcome.state === 'finished' ? exitCode.yes : exitCode.no;
}
