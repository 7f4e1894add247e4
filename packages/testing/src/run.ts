import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, type ExitCode, exitCode, ShardwrightError, UsageError } from '@shardwright/core';
import { detectTiers, isTierName, type Tier, type TierName, tierNames } from './tiers.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * `npm test`: runs every tier that this machine can run and says, before and after, which did not run and why.
 * `--tier NAME` (repeatable) picks tiers; REQUIRE_TIERS=a,b fails when one of them cannot run; CITUS_PROVIDER
 * says what the citus tier runs on; all other arguments go to vitest. Returns the exit code.
 */
export async function runTests(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  try {
    const { chosen, passedOn } = readArguments(args);
    const required = readTierList(env.REQUIRE_TIERS ?? '', 'REQUIRE_TIERS');
    const tiers = await detectTiers(
      env,
      tierNames.filter((name) => chosen.length === 0 || chosen.includes(name)),
    );
    const missing = describeMissing(tiers);
    process.stdout.write(describeRunnable(tiers) + missing);
    checkRequired(required, tiers);
    // Naming a tier asks for it as REQUIRE_TIERS does.
    checkRequired(chosen, tiers);
    const passed = await runVitest(tiers, passedOn, env);
    process.stdout.write(missing);
    return passed ? exitCode.yes : exitCode.no;
  } catch (error) {
    if (!(error instanceof ShardwrightError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.exitCode;
  }
}

/** Splits our `--tier` from what vitest is to get. Throws {@link UsageError} for unknown tiers. */
export function readArguments(args: readonly string[]): {
  readonly chosen: readonly TierName[];
  readonly passedOn: readonly string[];
} {
  const chosen: TierName[] = [];
  const passedOn: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (argument === '--tier') {
      index++;
      chosen.push(...readTierList(args[index] ?? '', argument, 'one'));
    } else if (argument.startsWith('--tier=')) {
      chosen.push(...readTierList(argument.slice('--tier='.length), '--tier', 'one'));
    } else {
      passedOn.push(argument);
    }
  }
  return { chosen, passedOn };
}

/** Reads `a,b`. Throws {@link UsageError} for unknown names, and for none where at least one is needed. */
export function readTierList(list: string, source: string, atLeast: 'none' | 'one' = 'none'): TierName[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = names.filter(isTierName);
  const unknown = names.filter((name) => !isTierName(name));
  if (unknown.length > 0 || (atLeast === 'one' && known.length === 0)) {
    throw new UsageError(
      `${source}: ${unknown.length > 0 ? `no tier is named ${unknown.join(', ')}` : 'names no tier'}`,
      {
        hint: `Tiers are ${tierNames.join(', ')}.`,
      },
    );
  }
  return known;
}

/** Throws {@link EnvironmentError} when a required tier is among those that cannot run. */
export function checkRequired(required: readonly TierName[], tiers: readonly Tier[]): void {
  const failing = tiers.filter((tier) => !tier.runnable && required.includes(tier.name));
  const excluded = required.filter((name) => !tiers.some((tier) => tier.name === name));
  if (failing.length === 0 && excluded.length === 0) return;
  const names = [...failing.map((tier) => tier.name), ...excluded].join(', ');
  throw new EnvironmentError(`required tiers cannot run: ${names}`, {
    hint:
      failing.length > 0
        ? 'Install what the lines above name.'
        : 'REQUIRE_TIERS names tiers that --tier leaves out.',
  });
}

function describeRunnable(tiers: readonly Tier[]): string {
  return tiers.map((tier) => (tier.runnable ? `tier ${tier.name}: ${tier.by}\n` : '')).join('');
}

function describeMissing(tiers: readonly Tier[]): string {
  return tiers
    .map((tier) => (tier.runnable ? '' : `tier ${tier.name} does not run: ${tier.reason}\n`))
    .join('');
}

async function runVitest(
  tiers: readonly Tier[],
  passedOn: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const packageFile = createRequire(path.join(root, 'package.json')).resolve('vitest/package.json');
  const vitest = path.join(path.dirname(packageFile), 'vitest.mjs');
  const projects = tiers.flatMap((tier) => (tier.runnable ? ['--project', tier.name] : []));
  const args = [vitest, 'run', '--config', 'vitest.workspace.ts', ...projects, ...passedOn];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
}
