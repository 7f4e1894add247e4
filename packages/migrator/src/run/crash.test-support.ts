import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plan } from '@shardwright/planner';
import type { Moment, OnMoment } from './moments.ts';
import type { RunOptions } from './run-migration.ts';

/** Where a run is struck: the moment, for details that begin so, when it is passed for the nth time. */
export interface Point {
  readonly moment: Moment | 'between the nodes’ COMMITs';
  readonly detail?: string;
  readonly nth?: number;
}

/** A run in a process of its own, which can be killed. */
export interface ChildRun {
  /** How it ended: an error's text, `killed`, or `done`. */
  readonly ended: Promise<string>;
  /** The most memory that it held, once it has come to its end by itself. */
  readonly peakBytes: Promise<number>;
  kill(): Promise<void>;
}

/** Strikes once, when a run comes to a point; the run waits there until the blow is done. */
export function strikeAt(
  { moment: wanted, detail: prefix = '', nth = 1 }: Point,
  strike: () => Promise<void>,
) {
  let passed = 0;
  let isStruck = false;
  let first: string | undefined;
  let release: () => void = () => {};
  const struck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const strikeOnce = async (): Promise<void> => {
    if (isStruck) return;
    isStruck = true;
    await strike();
    release();
  };
  const onMoment: OnMoment = async (moment, detail) => {
    if (wanted === 'between the nodes’ COMMITs') {
      if (moment === 'shards: before COMMIT') {
        first ??= detail;
        if (detail !== first) await struck;
      }
      if (moment === 'shards: after COMMIT') await strikeOnce();
      return;
    }
    if (moment !== wanted || !detail.startsWith(prefix)) return;
    passed += 1;
    if (passed === nth) await strikeOnce();
  };
  return { onMoment, wasStruck: () => isStruck };
}

// Compiled, because before version 22 Node cannot run TypeScript.
const built = pathToFileURL(
  path.join(import.meta.dirname, '..', '..', 'dist', 'run', 'run-migration.js'),
).href;
const core = import.meta.resolve('@shardwright/core').replace('/src/index.ts', '/dist/index.js');
const program = `
  const { runWatched } = await import(${JSON.stringify(built)});
  const { quietContext } = await import(${JSON.stringify(core)});
  const waiting = new Map();
  let asked = 0;
  process.on('message', async (message) => {
    if ('passed' in message) return waiting.get(message.passed)?.();
    const onMoment = (moment, detail) => new Promise((resolve) => {
      waiting.set(++asked, resolve);
      process.send({ asked, moment, detail });
    });
    const ended = await runWatched(message.plan, message.options, quietContext(), onMoment)
      .then(() => 'done', (error) => String(error?.stack ?? error));
    process.send({ ended, peakKilobytes: process.resourceUsage().maxRSS }, () => process.exit());
  });
  process.send({ ready: true });`;

interface FromChild {
  readonly ready?: true;
  readonly asked?: number;
  readonly moment?: Moment;
  readonly detail?: string;
  readonly ended?: string;
  readonly peakKilobytes?: number;
}

/** Runs a plan in another process, which waits at each moment until it is let go on. */
export async function runInChild(
  plan: Plan,
  options: RunOptions,
  onMoment: (moment: Moment, detail: string, kill: () => Promise<void>) => Promise<void>,
): Promise<ChildRun> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  let end: string | undefined;
  let peak = 0;
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: FromChild) => {
      if (message.ready) resolve();
      if (message.ended !== undefined) end = message.ended;
      peak = message.peakKilobytes ?? peak;
      const { asked, moment, detail = '' } = message;
      if (asked === undefined || moment === undefined) return;
      onMoment(moment, detail, kill).then(() => {
        if (child.connected) child.send({ passed: asked });
      });
    });
  });
  const ended = exited.then(([code, signal]) => {
    if (end !== undefined) return end;
    if (signal === 'SIGKILL') return 'killed';
    throw new Error(`the run's process ended with ${signal ?? code}`);
  });
  await Promise.race([ready, ended]);
  child.send({ plan, options });
  return { ended, peakBytes: ended.then(() => peak * 1024), kill };
}
