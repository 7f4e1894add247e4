import { renderProofText } from '@shardwright/report';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { readPlan } from '../plan/read-plan.ts';
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

function hasColors({ stdout }: CommandIo): boolean {
  return stdout.isTTY === true && stdout.hasColors?.() === true;
}
