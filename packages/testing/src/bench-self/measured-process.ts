import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What one run of a program took. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time of the program and the processes it waited for. */
  readonly cpuSeconds: number;
  /** Highest resident memory; of Node programs only. */
  readonly peakResidentBytes?: number;
}

/** How a measured program ended. */
export interface MeasuredRun extends Measurement {
  readonly exitCode: number;
  readonly stderr: string;
  /** What it printed, where that was asked for. */
  readonly stdout?: string;
}

// The shell's `times` is what every Unix has to tell the CPU time of another program. Descriptor 3 is ours.
const timesScript = '"$@" 3>&-; status=$?; times >&3; exit $status';

/** Runs any program to its end, its standard output thrown away. */
export async function measureProgram(command: string, args: readonly string[]): Promise<MeasuredRun> {
  const run = await measure('/bin/sh', ['-c', timesScript, 'measure', command, ...args]);
  // Two lines: the shell's own user and system time, then its children's.
  const children = run.told.trim().split('\n')[1] ?? '';
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  return { wallSeconds: run.wallSeconds, cpuSeconds, exitCode: run.exitCode, stderr: run.stderr };
}

/**
 * Runs a Node program to its end; it tells its own CPU time and peak memory when it exits. What it prints is thrown
 * away unless it is asked for.
 */
export async function measureNodeProgram(
  program: string,
  args: readonly string[],
  { keepOutput = false }: { readonly keepOutput?: boolean } = {},
): Promise<MeasuredRun> {
  // Compiled, from wherever this file runs: the measured process is a bare Node.
  const preload = fileURLToPath(new URL('../../dist/bench-self/tell-resources.js', import.meta.url));
  const run = await measure(process.execPath, ['--import', preload, program, ...args], keepOutput);
  const [cpuSeconds = Number.NaN, peakResidentBytes = Number.NaN] = run.told.trim().split(' ').map(Number);
  return {
    wallSeconds: run.wallSeconds,
    cpuSeconds,
    peakResidentBytes,
    exitCode: run.exitCode,
    stderr: run.stderr,
    ...(keepOutput ? { stdout: run.stdout } : {}),
  };
}

async function measure(command: string, args: readonly string[], keepOutput = false) {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', keepOutput ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const [errors, telling] = [child.stderr, child.stdio[3]];
  if (!errors || !telling || !('readable' in telling)) throw new Error('the child has no pipes');
  const exited = once(child, 'exit').then(([code]) => ({
    exitCode: typeof code === 'number' ? code : 128,
    wallSeconds: (performance.now() - start) / 1000,
  }));
  const printed = child.stdout ? text(child.stdout) : '';
  const [end, stdout, stderr, told] = await Promise.all([exited, printed, text(errors), text(telling)]);
  return { ...end, stdout, stderr, told };
}
