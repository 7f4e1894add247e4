import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { renderProofText } from '@shardwright/report';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { clusterOptions, readProofRequest } from './proof-options.ts';
import { prepareProof, proofExitCode } from './run-proof.ts';

/** The command `migrate prove`. */
export const proveCommand: Command = {
  description:
    'Applies a plan to an empty throw-away Citus, compares every table, constraint and index with it, asks Citus how it runs the queries, takes the plan back, and looks whether anything is left. No row and no server of yours is touched.',
  positionals: {
    directory: { type: 'string', describe: 'What migrate plan wrote, or its plan.json' },
  },
  options: {
    ...clusterOptions,
    json: { type: 'boolean', describe: 'One JSON document on standard output' },
  },
  examples: [
    ['$0 prove plan', 'The plan in the directory plan'],
    ['$0 prove plan --json', 'For a program: what failed, what differs, every query, what is left'],
  ],
  epilogue:
    'Exit codes: 0 the plan holds · 1 it does not, or a query is refused unforeseen · 2 no plan to prove · 4 no Citus to be had · 5 extensions are missing to try all of it · 130 interrupted',
  interrupted: 'interrupted; the throw-away cluster is gone',
  graceMs: 20_000,
  run: async (args, io) => {
    const plan = await readPlan(args.required('directory'));
    const prove = await prepareProof(readProofRequest(args), io);
    const proof = await prove(plan);
    if (io.json) await io.printJson(proof);
    else await io.print(renderProofText(proof, plan, { width: io.width, color: hasColors(io) }));
    return proofExitCode(proof);
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

function hasColors({ stdout }: CommandIo): boolean {
  return stdout.isTTY === true && stdout.hasColors?.() === true;
}
