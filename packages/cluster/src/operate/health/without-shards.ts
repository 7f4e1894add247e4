import { quoteLiteral } from '@shardwright/core';
import { findRunningJob } from '../rebalance/background-job.ts';
import type { Check } from './check.ts';

/** A drained node keeps its mark: added again, or half drained, it takes no shards and nothing says why. */
export const withoutShards: Check = {
  id: 'without-shards',
  run: async ({ coordinator, nodes }) => {
    const excluded = nodes.filter(
      (node) => node.role === 'worker' && node.kind === 'primary' && !node.shouldHaveShards,
    );
    if (excluded.length === 0 || (await findRunningJob(coordinator))) return [];
    return excluded.map((node) => ({
      severity: 'warning',
      what:
        node.shardCount === 0
          ? `${coordinator.nameOf(node)} is in the cluster, but no shard will be placed on it`
          : `${coordinator.nameOf(node)} is half drained`,
      evidence: `shouldhaveshards is false, it holds ${node.shardCount} shards, and no drain runs`,
      fix: `To use it, SELECT citus_set_node_property(${quoteLiteral(node.name)}, ${node.port}, 'shouldhaveshards', true); to be rid of it, drain and remove it.`,
    }));
  },
};
