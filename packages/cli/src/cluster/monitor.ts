import { setTimeout as delay } from 'node:timers/promises';
import {
  type Monitor,
  type MonitorSnapshot,
  openMonitor,
  readThresholds,
  type Sample,
  type SummaryOptions,
  summarize,
  thresholds,
} from '@shardwright/cluster';
import { DatabaseError, type ExitCode, exitCode, UsageError } from '@shardwright/core';
import { printable } from '@shardwright/report';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { writeText } from '../write-result.ts';
import { frame } from './monitor/frame.ts';
import { renderScreen } from './monitor/render-screen.ts';
import { openTarget } from './target.ts';

/** The command `cluster monitor`. */
export const monitor: Command = {
  description:
    'Looks at a running cluster: alerts, nodes, sessions over all nodes and who blocks whom, shards, statements, tenants, jobs. Reads only.',
  options: {
    // Without a type, the parser takes it with a value and without.
    watch: { describe: 'Look again and again, every SECONDS (2 unless given): --watch, --watch 5' },
    top: { type: 'string', requiresArg: true, describe: 'Lines of each list; 10 unless given' },
    threshold: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: `NAME=VALUE: raise an alert elsewhere, as connections-used=70% or blocked-seconds=30s; repeatable. Names: ${Object.keys(thresholds).join(', ')}`,
    },
  },
  examples: [
    ['$0 monitor', 'One look, with rates over two seconds'],
    ['$0 monitor --watch 5', 'A screen that is redrawn until Ctrl-C'],
    ['$0 monitor --json --watch', 'One JSON document per line, for other programs'],
  ],
  epilogue:
    'Exit codes: 0 no alert is an error, or the watch was ended · 1 one is. docs/cluster.md lists alerts, thresholds, and what looking costs.',
  run: async (args, io) => {
    const intervalMs = readInterval(args);
    const options: SummaryOptions = {
      thresholds: readThresholds(args.list('threshold')),
      top: args.wholeNumber('top') ?? 10,
    };
    const target = await openTarget(args, io);
    await using session = await openMonitor((connectOptions) => target.connect(connectOptions));
    const label = target.label;
    const show = (snapshot: MonitorSnapshot): Promise<void> =>
      io.json
        ? io.printJson({ cluster: label, ...snapshot }, { compact: intervalMs !== undefined })
        : showScreen(snapshot, {
            label,
            io,
            isRedrawn: intervalMs !== undefined && io.stdout.isTTY === true,
          });
    return intervalMs === undefined
      ? await once(session, { options, io, show })
      : await watch(session, { options, io, show, intervalMs });
  },
};

interface Watching {
  readonly options: SummaryOptions;
  readonly io: CommandIo;
  readonly show: (snapshot: MonitorSnapshot) => Promise<void>;
}

// Servers tell their counters about once a second: over less, rates jump.
const defaultIntervalMs = 2000;

function readInterval(args: Arguments): number | undefined {
  if (args.flag('watch')) return defaultIntervalMs;
  const intervalMs = args.durationMs('watch');
  if (intervalMs !== undefined && intervalMs < 500) {
    throw new UsageError('--watch looks every half second at most', {
      hint: 'write --watch 0.5 or more seconds.',
    });
  }
  return intervalMs;
}

async function once(session: Monitor, { options, io, show }: Watching): Promise<ExitCode> {
  io.emit({ kind: 'phase', phase: 'counting for two seconds' });
  const before = await session.sample({ light: true });
  await pause(defaultIntervalMs, io.signal);
  io.signal.throwIfAborted();
  const snapshot = summarize(await session.sample(), { ...options, before });
  await show(snapshot);
  return snapshot.alerts.some(({ severity }) => severity === 'error') ? exitCode.no : exitCode.yes;
}

async function watch(
  session: Monitor,
  { options, io, show, intervalMs }: Watching & { readonly intervalMs: number },
): Promise<ExitCode> {
  let before: Sample | undefined = await session.sample({ light: true });
  let nextMs = io.clock.nowMs() + Math.min(intervalMs, defaultIntervalMs);
  for (;;) {
    await pause(nextMs - io.clock.nowMs(), io.signal);
    if (io.signal.aborted) return exitCode.yes;
    nextMs = io.clock.nowMs() + intervalMs;
    const sample = await unlessAborted(lookAgain(session, io), io.signal);
    if (io.signal.aborted) return exitCode.yes;
    if (sample !== undefined) await show(summarize(sample, before ? { ...options, before } : options));
    before = sample;
  }
}

/** A coordinator that is restarted is waited for: a watch lasts until somebody ends it. */
async function lookAgain(session: Monitor, io: CommandIo): Promise<Sample | undefined> {
  try {
    return await session.sample();
  } catch (error) {
    // Whoever ends the watch ends its session too.
    if (io.signal.aborted) return undefined;
    if (!(error instanceof DatabaseError)) throw error;
    const { message } = error;
    await io.note(`${message}; looking again`, { kind: 'warning', message });
    return undefined;
  }
}

interface ScreenOptions {
  readonly label: string;
  readonly io: CommandIo;
  readonly isRedrawn: boolean;
}

async function showScreen(snapshot: MonitorSnapshot, { label, io, isRedrawn }: ScreenOptions): Promise<void> {
  const text = renderScreen(printable(snapshot), {
    label,
    width: io.width,
    paint: io.paint,
    isBrief: isRedrawn,
  });
  if (!isRedrawn) return io.print(`${text}\n`);
  // Takes the progress off the terminal.
  await io.print('');
  await writeText(io.stdout, frame(io.secrets.redact(text), rowsOf(io.stdout)));
}

function rowsOf(stdout: CommandIo['stdout']): number | undefined {
  return 'rows' in stdout && typeof stdout.rows === 'number' && stdout.rows > 0 ? stdout.rows : undefined;
}

/** Waits, or less once the signal says so. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(Math.max(ms, 0), undefined, { signal }).catch(() => {});
}

/** The work's result, or nothing once the signal says so: what it was for is over. */
async function unlessAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const left = new AbortController();
  try {
    return await Promise.race([
      work,
      new Promise<undefined>((done) => {
        signal.addEventListener('abort', () => done(undefined), { once: true, signal: left.signal });
      }),
    ]);
  } finally {
    left.abort();
  }
}
