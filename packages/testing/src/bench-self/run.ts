import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ExitCode, exitCode, ShardwrightError, UsageError } from '@shardwright/core';
import { benchmarkAnalyze } from './analyze-benchmark.ts';
import { describeAnalyze, judgeAnalyze } from './verdict.ts';

const reports = fileURLToPath(new URL('../../../../reports', import.meta.url));
const usage = 'npm run bench:self -- analyze [--size 1GB] [--rounds 3] [--seed 1]';

/**
 * `npm run bench:self`: measures this project's own programs and holds them against its promises. Returns the
 * exit code: 1 when a promise is broken.
 */
export async function runSelfBenchmark(args: readonly string[]): Promise<ExitCode> {
  try {
    const options = readBenchmarkArguments(args);
    const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
    const result = await benchmarkAnalyze({ ...options, say });
    const verdicts = judgeAnalyze(result);
    await mkdir(reports, { recursive: true });
    const file = path.join(reports, 'bench-self-analyze.json');
    await writeFile(file, `${JSON.stringify({ ...result, verdicts }, null, 2)}\n`);
    process.stdout.write(
      `${describeAnalyze(result, verdicts)}written to ${path.relative(process.cwd(), file)}\n`,
    );
    return verdicts.every((verdict) => verdict.kept) ? exitCode.yes : exitCode.no;
  } catch (error) {
    if (!(error instanceof ShardwrightError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.exitCode;
  }
}

/** What a command line asks for. Throws {@link UsageError}. */
export function readBenchmarkArguments(args: readonly string[]): {
  readonly sizeBytes: number;
  readonly rounds: number;
  readonly seed: number;
} {
  const { values, positionals } = parse(args);
  if (positionals.length !== 1 || positionals[0] !== 'analyze') {
    throw new UsageError(`there is one self-benchmark, analyze, not ${positionals.join(' ') || 'none'}`, {
      hint: usage,
    });
  }
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(MB|GB)$/i.exec(values.size) ?? [];
  const sizeBytes = Math.round(Number(amount) * (unit.toUpperCase() === 'GB' ? 1e9 : 1e6));
  // Below that, the tenants alone are more.
  if (amount === undefined || sizeBytes < 1e6) {
    throw new UsageError(`--size ${values.size} is not a size of at least 1MB, such as 500MB or 5GB`, {
      hint: usage,
    });
  }
  return {
    sizeBytes,
    rounds: wholeNumber('--rounds', values.rounds),
    seed: wholeNumber('--seed', values.seed),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        size: { type: 'string', default: '1GB' },
        rounds: { type: 'string', default: '3' },
        seed: { type: 'string', default: '1' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { hint: usage });
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${option} ${text} is not a whole number above 0`, { hint: usage });
}
