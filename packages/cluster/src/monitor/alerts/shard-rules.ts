import { formatBytes, plural } from '@shardwright/core';
import type { AlertRule } from './alert.ts';

/** Where data lies, and what moves it. */
export const shardRules: readonly AlertRule[] = [
  {
    id: 'placement-inactive',
    find: ({ shards: { inactive = [] }, nodes }) => {
      const [first] = inactive;
      if (!first) return [];
      const node = nodes.find(({ groupId }) => groupId === first.groupId)?.node ?? 'a removed node';
      return [
        {
          severity: 'error',
          what: `${plural(inactive.length, 'placement')} cannot be used`,
          evidence: `shard ${first.shard} of ${first.table} on ${node} has shardstate ${first.state} in pg_dist_placement`,
          fix: 'Copy the shard from a placement that is in use (citus_copy_shard_placement), or restore it; queries that need it fail.',
        },
      ];
    },
  },
  {
    id: 'orphaned-resources',
    find: ({ shards: { leftovers = [] }, thresholds }) => {
      const [first] = leftovers;
      if (!first) return [];
      return [
        {
          severity: leftovers.length >= thresholds.leftovers ? 'warning' : 'info',
          what: `${plural(leftovers.length, 'leftover')} of shard moves and splits ${leftovers.length === 1 ? 'is' : 'are'} not cleaned up yet`,
          evidence: `pg_dist_cleanup lists the ${first.kind} ${first.name}${leftovers.length > 1 ? ' and others' : ''}, which no running operation needs`,
          fix: 'Citus drops them within seconds; those that stay, CALL citus_cleanup_orphaned_resources() on the coordinator, which says what is in the way.',
        },
      ];
    },
  },
  {
    id: 'shard-skew',
    find: ({ shards: { tables }, thresholds }) =>
      tables
        .filter(
          ({ skew, bytes: size }) =>
            (skew ?? 0) >= thresholds['shard-skew'] && size >= thresholds['skew-bytes'],
        )
        .map(({ table, skew, largestShard, largestBytes }) => ({
          severity: 'warning',
          what: `One shard of ${table} is ${skew?.toFixed(1)} times the mean`,
          evidence: `shard ${largestShard} has ${formatBytes(largestBytes)}`,
          fix: 'See which value of the distribution column is so frequent; isolate_tenant_to_new_shard() gives it a shard of its own, a finer distribution column spreads it.',
        })),
  },
  {
    id: 'node-skew',
    find: ({ shards: { nodeSkew = 1, nodeBytes }, thresholds }) => {
      const all = Object.values(nodeBytes).reduce((sum, size) => sum + size, 0);
      if (nodeSkew < thresholds['node-skew'] || all < thresholds['skew-bytes']) return [];
      return [
        {
          severity: 'warning',
          what: `One node holds ${nodeSkew.toFixed(1)} times the mean of the nodes`,
          evidence: Object.entries(nodeBytes)
            .map(([node, size]) => `${node} ${formatBytes(size)}`)
            .join(', '),
          fix: 'cluster rebalance --plan shows what would move, and cluster rebalance moves it.',
        },
      ];
    },
  },
  {
    id: 'background-task-failed',
    find: ({ jobs = [] }) =>
      jobs
        .filter(({ state, errors }) => errors.length > 0 || state === 'failed')
        .map(({ id, state, kind, errors: [error] }) => ({
          severity: 'error',
          what:
            state === 'running' || state === 'scheduled'
              ? `The background job ${id} (${kind}) fails and tries again: it will not end by itself`
              : `The background job ${id} (${kind}) failed`,
          evidence: error
            ? `task ${error.task}, tried ${plural(error.retries + 1, 'time')}: ${error.message}`
            : `its state is ${state}`,
          fix:
            state === 'running' || state === 'scheduled'
              ? `Mend the reason, and the next try succeeds; or give up with SELECT citus_job_cancel(${id}).`
              : 'Mend the reason and start the operation again.',
        })),
  },
];
