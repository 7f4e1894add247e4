import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ExitCode, exitCode, ShardwrightError, UsageError } from '@shardwright/core';
import { benchmarkAnalyze } from './analyze-benchmark.ts';
import { benchmarkCluster } from './cluster-benchmark.ts';
import { drawMigrate } from './draw-migrate.ts';
import { describeAnalyze, judgeAnalyze } from './judge-analyze.ts';
import { describeCluster, judgeCluster } from './judge-cluster.ts';
import { describeMigrate, judgeMigrate } from './judge-migrate.ts';
import { describePlan, judgePlan } from './judge-plan.ts';
import { benchmarkMigrate } from './migrate-benchmark.ts';
import { benchmarkPlan } from './plan-benchmark.ts';
import type { Verdict } from './verdict.ts';

/** What was measured, for a file and for people. */
interface Outcome {
  readonly result: object;
  readonly verdicts: readonly Verdict[];
  readonly description: string;
  /** SVG, where the result has one. */
  readonly picture?: string;
}

/** What a command line asks for. */
export type BenchmarkRequest =
  | {
      readonly name: 'analyze';
      readonly sizeBytes: number;
      readonly rounds: number;
      readonly seed: number;
    }
  | { readonly name: 'cluster'; readonly rounds: number }
  | { readonly name: 'plan'; readonly only?: string }
  | { readonly name: 'migrate'; readonly rows: number; readonly rounds: number };

const reports = fileURLToPath(new URL('../../../../reports', import.meta.url));
const usages = {
  analyze: 'npm run bench:self -- analyze [--size 1GB] [--rounds 3] [--seed 1]',
  cluster: 'npm run bench:self -- cluster [--rounds 9]',
  plan: 'npm run bench:self -- plan [--only northwind]',
  migrate: 'npm run bench:self -- migrate [--rows 4000000] [--rounds 3]',
} as const;

/**
 * `npm run bench:self`: measures this project's own programs and holds them against its promises. Returns the
 * exit code: 1 when a promise is broken.
 */
export async function runSelfBenchmark(args: readonly string[]): Promise<ExitCode> {
  try {
    const request = readBenchmarkArguments(args);
    const { result, verdicts, description, picture } = await measure(request);
    await mkdir(reports, { recursive: true });
    const file = path.join(reports, `bench-self-${request.name}.json`);
    await writeFile(file, `${JSON.stringify({ ...result, verdicts }, null, 2)}\n`);
    if (picture !== undefined) await writeFile(file.replace(/json$/, 'svg'), picture);
    process.stdout.write(`${description}written to ${path.relative(process.cwd(), file)}\n`);
    return verdicts.every((verdict) => verdict.kept) ? exitCode.yes : exitCode.no;
  } catch (error) {
    if (!(error instanceof ShardwrightError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.exitCode;
  }
}

async function measure(request: BenchmarkRequest): Promise<Outcome> {
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
  switch (request.name) {
    case 'analyze': {
      const result = await benchmarkAnalyze({ ...request, say });
      const verdicts = judgeAnalyze(result);
      return { result, verdicts, description: describeAnalyze(result, verdicts) };
    }
    case 'cluster': {
      const result = await benchmarkCluster({ ...request, say });
      const verdicts = judgeCluster(result);
      return { result, verdicts, description: describeCluster(result, verdicts) };
    }
    case 'plan': {
      const result = await benchmarkPlan({ ...request, say });
      const verdicts = judgePlan(result);
      return { result, verdicts, description: describePlan(result, verdicts) };
    }
    case 'migrate': {
      const result = await benchmarkMigrate({ ...request, say });
      const verdicts = judgeMigrate(result);
      return {
        result,
        verdicts,
        description: describeMigrate(result, verdicts),
        picture: drawMigrate(result),
      };
    }
    default:
      return request satisfies never;
  }
}

/** What a command line asks for. Throws {@link UsageError}. */
export function readBenchmarkArguments(args: readonly string[]): BenchmarkRequest {
  const [name, ...rest] = args;
  switch (name) {
    case 'analyze': {
      const values = parse(rest, usages[name], { size: '1GB', rounds: '3', seed: '1' });
      return {
        name,
        sizeBytes: size(values.size, usages[name]),
        rounds: wholeNumber('--rounds', values.rounds, usages[name]),
        seed: wholeNumber('--seed', values.seed, usages[name]),
      };
    }
    case 'cluster': {
      const values = parse(rest, usages[name], { rounds: '9' });
      return { name, rounds: wholeNumber('--rounds', values.rounds, usages[name]) };
    }
    case 'plan': {
      const { only } = parse(rest, usages[name], { only: '' });
      return { name, ...(only === '' ? {} : { only }) };
    }
    case 'migrate': {
      const values = parse(rest, usages[name], { rows: '4000000', rounds: '3' });
      return {
        name,
        rows: wholeNumber('--rows', values.rows, usages[name]),
        rounds: wholeNumber('--rounds', values.rounds, usages[name]),
      };
    }
    default:
      throw new UsageError(`say which self-benchmark to run${name === undefined ? '' : `, not ${name}`}`, {
        hint: Object.values(usages).join('\n'),
      });
  }
}

/** Options of one command line, all with a value; those not given have their default. */
function parse<Name extends string>(
  args: readonly string[],
  usage: string,
  defaults: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const options = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' }] as const),
  );
  try {
    const { values } = parseArgs({ args: [...args], options });
    return { ...defaults, ...values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { hint: usage });
  }
}

function size(text: string, usage: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(MB|GB)$/i.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (unit.toUpperCase() === 'GB' ? 1e9 : 1e6));
  // Below that, the tenants alone are more.
  if (amount !== undefined && bytes >= 1e6) return bytes;
  throw new UsageError(`--size ${text} is not a size of at least 1MB, such as 500MB or 5GB`, { hint: usage });
}

function wholeNumber(option: string, text: string, usage: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${option} ${text} is not a whole number above 0`, { hint: usage });
}
