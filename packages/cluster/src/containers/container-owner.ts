import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** This process, as throw-away containers name their owner. With its start, because process ids are used again. */
export async function thisProcess(): Promise<string> {
  return `${hostname()}:${process.pid}:${await startOf(process.pid)}`;
}

/** Whether the process that an owner's label names has ended; `undefined` when it ran on another machine. */
export async function hasEnded(owner: string): Promise<boolean | undefined> {
  const [, host, pid, start] = /^(.*):(\d+):([^:]*)$/.exec(owner) ?? [];
  if (host !== hostname()) return undefined;
  return (await startOf(Number(pid))) !== start;
}

/** When a process started, in whatever unit the system counts; '' when there is none. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in parentheses may hold anything; the start is the 22nd field, and the state the third.
  if (stat !== undefined) {
    const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? '' : (rest[18] ?? '');
  }
  if (process.platform === 'linux') return '';
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim().replaceAll(/[\s:]+/g, '-');
}
