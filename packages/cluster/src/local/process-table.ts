import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One process of this machine. */
export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** First letter of what `ps` shows: T frozen, Z ended but not yet collected. */
  readonly state: string;
  /** Its command line; PostgreSQL's backends replace it by what they do. */
  readonly command: string;
}

/** All processes now; from /proc where there is one, since slim images have no `ps`. */
export async function listProcesses(): Promise<readonly Process[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry));
  if (pids.length === 0) return listByPs();
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((process) => process !== undefined);
}

/** Whether a process runs; one that ended and waits to be collected does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const stat = await readProcess(String(pid));
  return stat === undefined || stat.state !== 'Z';
}

async function readProcess(pid: string): Promise<Process | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The name in parentheses may hold anything, parentheses too.
    const [state = '', parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid: Number(pid), parentPid: Number(parentPid), state, command: command.replaceAll('\0', ' ') };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

async function listByPs(): Promise<readonly Process[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'stat=', '-o', 'args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parentPid, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.*)$/.exec(line) ?? [];
    return pid && parentPid && state
      ? [{ pid: Number(pid), parentPid: Number(parentPid), state, command: command ?? '' }]
      : [];
  });
}
