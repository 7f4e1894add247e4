import { findProvider, type Provider } from '@shardwright/cluster';
import { type ExitCode, exitCode } from '@shardwright/core';
import type { Plan, Proof } from '@shardwright/planner';
import { provePlan } from '@shardwright/prover';
import { proofVerdict } from '@shardwright/report';
import type { CommandIo } from '../command-io.ts';
import type { ProofRequest } from './proof-options.ts';

/** Finds what clusters are made from before any work is done; what it gives proves a plan. */
export async function prepareProof(
  { provider: name, workers }: ProofRequest,
  io: CommandIo,
): Promise<(plan: Plan) => Promise<Proof>> {
  const provider: Provider = await findProvider({ env: io.env, ...(name === undefined ? {} : { name }) });
  return (plan) => provePlan(plan, { provider, ...(workers === undefined ? {} : { workers }) }, io);
}

/** What a proof means for the command that was asked for it. */
export function proofExitCode(proof: Proof): ExitCode {
  switch (proofVerdict(proof)) {
    case 'holds':
      return exitCode.yes;
    case 'undecided':
      return exitCode.inconclusive;
    case 'fails':
      return exitCode.no;
  }
}
