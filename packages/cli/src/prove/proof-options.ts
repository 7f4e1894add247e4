import { providerNames } from '@shardwright/cluster';
import { UsageError } from '@shardwright/core';
import type { Options } from 'yargs';
import type { Arguments } from '../arguments.ts';

/** What a plan is proven on, with every value checked. */
export interface ProofRequest {
  readonly provider?: (typeof providerNames)[number];
  readonly workers?: number;
}

const provider: Options = {
  type: 'string',
  requiresArg: true,
  describe: 'local or containers; local binaries where they have Citus unless given',
};
const workers: Options = {
  type: 'string',
  requiresArg: true,
  describe: 'Worker nodes to prove it on; 2 unless given',
};

/** The options of the throw-away cluster. */
export const clusterOptions: Readonly<Record<string, Options>> = { provider, workers };

const group = 'Proving:';

/** The same for commands that prove only when asked to. */
export const proofOptions: Readonly<Record<string, Options>> = {
  prove: {
    type: 'boolean',
    group,
    describe: 'Try the plan on an empty throw-away Citus, and how it runs the queries, as migrate prove does',
  },
  provider: { ...provider, group },
  workers: { ...workers, group },
};

/** What `migrate prove` was asked for. */
export function readProofRequest(args: Arguments): ProofRequest {
  const provider = args.choice('provider', providerNames);
  const workers = args.wholeNumber('workers', 1);
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(workers === undefined ? {} : { workers }),
  };
}

/** What `--prove` asked for; nothing without it. Throws a UsageError for options that would have no effect. */
export function readOptionalProof(args: Arguments): ProofRequest | undefined {
  const request = readProofRequest(args);
  if (args.flag('prove')) return request;
  const [idle] = Object.keys(request);
  if (idle === undefined) return undefined;
  throw new UsageError(`--${idle} has no effect without --prove`, {
    hint: `add --prove, or leave --${idle} out.`,
  });
}
