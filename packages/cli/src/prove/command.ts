import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { findProvider, providerNames } from '@shardwright/cluster';
import { exitCode, formatExact, InputError, plural } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { type Proof, provePlan, type StatementFailure } from '@shardwright/prover';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';

/** The command `migrate prove`. */
export const proveCommand: Command = {
  description:
    'Applies a plan to an empty throw-away Citus, compares every table, constraint and index with it, takes it back, and looks whether anything is left. No row and no server of yours is touched.',
  positionals: {
    directory: { type: 'string', describe: 'What migrate plan wrote, or its plan.json' },
  },
  options: {
    provider: {
      type: 'string',
      requiresArg: true,
      describe: 'local or containers; local binaries where they have Citus unless given',
    },
    workers: { type: 'string', requiresArg: true, describe: 'Worker nodes to prove it on; 2 unless given' },
    json: { type: 'boolean', describe: 'One JSON document on standard output' },
  },
  examples: [
    ['$0 prove plan', 'The plan in the directory plan'],
    ['$0 prove plan --json', 'For a program: what failed, what differs, what is left'],
  ],
  epilogue:
    'Exit codes: 0 the plan holds · 1 it does not · 2 no plan to prove · 4 no Citus to be had · 5 extensions are missing to try all of it · 130 interrupted',
  interrupted: 'interrupted; the throw-away cluster is gone',
  graceMs: 20_000,
  run: async (args, io) => {
    const plan = await readPlan(args.required('directory'));
    const name = args.choice('provider', providerNames);
    const workers = args.wholeNumber('workers', 1);
    const provider = await findProvider({ env: io.env, ...(name === undefined ? {} : { name }) });
    const proof = await provePlan(plan, { provider, ...(workers === undefined ? {} : { workers }) }, io);
    if (io.json) await io.printJson(proof);
    else await show(proof, plan, io);
    if (proof.holds) return exitCode.yes;
    return isUndecided(proof) ? exitCode.inconclusive : exitCode.no;
  },
};

/** The plan in a directory or file. Throws {@link InputError}. */
async function readPlan(given: string): Promise<Plan> {
  const found = await stat(given).catch(() => undefined);
  const file = found?.isDirectory() ? path.join(given, 'plan.json') : given;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(
      'there is no plan to read',
      { input: file },
      {
        hint: 'Name the directory that migrate plan wrote.',
        cause: error,
      },
    );
  }
  const plan = parse(text);
  if (plan?.planVersion === '1.0' && Array.isArray(plan.steps) && Array.isArray(plan.tables))
    return plan as Plan;
  throw new InputError(
    'this is no plan of migrate plan, or one of another version',
    { input: file },
    {
      hint: 'Make it anew with migrate plan.',
    },
  );
}

function parse(text: string): Partial<Plan> | undefined {
  try {
    return JSON.parse(text) as Partial<Plan>;
  } catch {
    return undefined;
  }
}

/** Whether all that is wrong is that this machine lacks extensions. */
function isUndecided({ missingExtensions, failures, differences, undo }: Proof): boolean {
  const complaints = [failures, differences, undo.failures, undo.left].flat();
  return missingExtensions.length > 0 && complaints.length === 0;
}

async function show(proof: Proof, plan: Plan, io: CommandIo): Promise<void> {
  const { paint } = io;
  const { seconds } = proof;
  const total = seconds.start + seconds.apply + seconds.compare + seconds.undo;
  const verdict = proof.holds
    ? paint.good('The plan holds')
    : isUndecided(proof)
      ? paint.severity('warning', 'What could be tried of the plan holds')
      : paint.severity('error', 'The plan does not hold');
  await io.print(`${verdict} on Citus ${proof.citusVersion}, PostgreSQL ${proof.postgresVersion}.\n\n`);
  await io.printFields([
    [
      'Applied',
      `${count(proof.statements, proof.failures.length + proof.untried.length)} of ${plural(proof.steps, 'step')}`,
    ],
    [
      'Compared',
      `${plural(plan.tables.length, 'table')}, their co-location and all that hangs on their shards: ${differenceText(proof)}`,
    ],
    [
      'Taken back',
      proof.undo.failures.length + proof.undo.left.length === 0 ? 'nothing is left' : 'not wholly',
    ],
    [
      'Cluster',
      `${plural(proof.workers, 'worker')}, ${plural(proof.shardCount, 'shard')} per group, gone again`,
    ],
    ['Took', `${total.toFixed(1)} s`],
  ]);
  if (proof.missingExtensions.length > 0) {
    await io.print(
      `\nThis machine lacks ${proof.missingExtensions.join(', ')}: ${plural(proof.untried.length, 'step')} could not be tried. Prove the plan where they are installed.\n`,
    );
  }
  await showFailures('Refused', proof.failures, io);
  for (const { object, expected, found } of proof.differences) {
    await io.print(`\n${paint.severity('error', object)}\n  planned: ${expected}\n  found:   ${found}\n`);
  }
  await showFailures('Refused when taken back', proof.undo.failures, io);
  if (proof.undo.left.length > 0) await io.print(`\nStill there: ${proof.undo.left.join(', ')}\n`);
}

function count(statements: number, failures: number): string {
  if (failures === 0) return `all ${formatExact(statements)} statements`;
  return `${formatExact(statements - failures)} of ${formatExact(statements)} statements`;
}

function differenceText({ differences }: Proof): string {
  return differences.length === 0 ? 'as planned' : plural(differences.length, 'difference');
}

const mostShown = 10;

async function showFailures(
  title: string,
  failures: readonly StatementFailure[],
  { paint, print }: CommandIo,
): Promise<void> {
  if (failures.length === 0) return;
  await print(`\n${title}; what comes after the first may only follow from it:\n`);
  for (const { step, sql, message, hint } of failures.slice(0, mostShown)) {
    const statement = sql.replace(/\s+/g, ' ').slice(0, 200);
    const advice = hint === undefined ? '' : `    ${paint.faint(hint)}\n`;
    await print(`  ${paint.strong(step)}\n    ${message}\n${advice}    ${paint.faint(statement)}\n`);
  }
  if (failures.length > mostShown) await print(`  … and ${failures.length - mostShown} more: --json\n`);
}
