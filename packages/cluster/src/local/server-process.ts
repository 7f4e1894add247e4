import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from '@shardwright/core';
import { readTail } from '../log-tail.ts';
import { isRunning, listProcesses } from './process-table.ts';

/** A data directory and how the server on it is run. */
export interface ServerProcessOptions {
  /** For messages, e.g. `worker-1 (PostgreSQL 15.20)`. */
  readonly title: string;
  readonly binDirectory: string;
  readonly dataDirectory: string;
  readonly logFile: string;
  /** Starts the program with its output to a file. */
  readonly run: (command: readonly [string, ...string[]], outputFd: number) => ChildProcess;
}

/** The server of one data directory, running or not, whoever started it. */
export interface ServerProcess {
  /** Waits until it accepts connections. Throws {@link EnvironmentError} with the end of its log. */
  start(): Promise<void>;
  /** PostgreSQL's fast shutdown. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** The process id of its postmaster while it runs. */
  pid(): Promise<number | undefined>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 60_000;
const pollMs = 5;

/** Controls the server of a data directory. */
export function serverProcess(options: ServerProcessOptions): ServerProcess {
  const { title, dataDirectory } = options;
  const runningPid = () => postmasterPid(dataDirectory);
  const required = async (what: string): Promise<number> => {
    const pid = await runningPid();
    if (pid !== undefined) return pid;
    throw new EnvironmentError(`cannot ${what} ${title}: it does not run`, { hint: 'Start it first.' });
  };
  return {
    pid: runningPid,
    start: () => start(options),
    stop: async () => {
      const pid = await runningPid();
      if (pid === undefined) return;
      process.kill(pid, 'SIGINT');
      await until(async () => !(await isRunning(pid)), `${title} did not stop`, stopTimeoutMs);
    },
    kill: async () => {
      const postmaster = await required('kill');
      // Frozen, it starts nothing and no process of its can notice that another has gone.
      const family = await freeze(postmaster);
      for (const pid of family) signal(pid, 'SIGKILL');
      await until(
        async () => (await Promise.all(family.map(isRunning))).every((running) => !running),
        `${title} did not die`,
        stopTimeoutMs,
      );
    },
    pause: async () => {
      await freeze(await required('pause'));
    },
    resume: async () => {
      const postmaster = await required('resume');
      for (const pid of await familyOf(postmaster)) signal(pid, 'SIGCONT');
    },
  };
}

async function start(options: ServerProcessOptions): Promise<void> {
  const { title, binDirectory, dataDirectory, logFile } = options;
  if ((await postmasterPid(dataDirectory)) !== undefined) return;
  await using log = await open(logFile, 'a');
  const child = options.run([path.join(binDirectory, 'postgres'), '-D', dataDirectory], log.fd);
  let ending: string | undefined;
  once(child, 'exit').then(
    ([code, signal]) => {
      ending = `it ended with ${signal ?? `exit code ${code}`}`;
    },
    (error: Error) => {
      ending = error.message;
    },
  );
  const deadline = performance.now() + startTimeoutMs;
  while (ending === undefined && performance.now() < deadline) {
    const { pid, state } = await readPidFile(dataDirectory);
    // A server that was killed has left its own line `ready`.
    if (pid === child.pid && state === 'ready') return;
    await delay(pollMs);
  }
  if (ending === undefined && child.pid !== undefined) signal(child.pid, 'SIGQUIT');
  throw new EnvironmentError(
    `${title} did not start: ${ending ?? `not ready after ${startTimeoutMs / 1000} s`}`,
    { hint: `Its log ends: ${(await readTail(logFile, 20)).trim()}` },
  );
}

/** Stops a postmaster and all its processes in their tracks, and returns their ids, its own first. */
async function freeze(postmaster: number): Promise<readonly number[]> {
  // First, so that it starts no more.
  signal(postmaster, 'SIGSTOP');
  await until(async () => isFrozen([postmaster]), 'the server did not freeze', stopTimeoutMs);
  const family = await familyOf(postmaster);
  for (const pid of family) signal(pid, 'SIGSTOP');
  await until(async () => isFrozen(family), 'the server did not freeze', stopTimeoutMs);
  return family;
}

async function isFrozen(pids: readonly number[]): Promise<boolean> {
  const processes = await listProcesses();
  return processes.every(({ pid, state }) => !pids.includes(pid) || /^[TtZ]/.test(state));
}

async function familyOf(postmaster: number): Promise<readonly number[]> {
  const processes = await listProcesses();
  return [postmaster, ...processes.filter(({ parentPid }) => parentPid === postmaster).map(({ pid }) => pid)];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It may have ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function until(condition: () => Promise<boolean>, failure: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new EnvironmentError(`${failure} within ${timeoutMs / 1000} s`, {
        hint: 'Look at its processes and its log.',
      });
    }
    await delay(pollMs);
  }
}

/** The running postmaster's id; a pid file that a crash or reboot left behind names somebody else's process. */
async function postmasterPid(dataDirectory: string): Promise<number | undefined> {
  const { pid } = await readPidFile(dataDirectory);
  if (pid === undefined || !(await isRunning(pid))) return undefined;
  const found = (await listProcesses()).find((process) => process.pid === pid);
  return found?.command.includes(dataDirectory) ? pid : undefined;
}

async function readPidFile(
  dataDirectory: string,
): Promise<{ readonly pid?: number; readonly state?: string }> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const state = lines[7]?.trim();
  return { ...(pid > 0 ? { pid } : {}), ...(state === undefined ? {} : { state }) };
}
