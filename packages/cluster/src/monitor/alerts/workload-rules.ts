import { formatShare, plural } from '@shardwright/core';
import type { AlertRule } from './alert.ts';

// Fewer queries say nothing about a workload.
const leastQueries = 1000;

/** What clients ask for, and what could not be seen. */
export const workloadRules: readonly AlertRule[] = [
  {
    id: 'multi-shard-queries',
    find: ({ queries, thresholds }) => {
      if (queries.kind === 'off') return [];
      const { singleShard, multiShard, multiShardShare = 0 } = queries;
      if (singleShard + multiShard < leastQueries || multiShardShare < thresholds['multi-shard-share'])
        return [];
      return [
        {
          severity: 'info',
          what: `${formatShare(multiShardShare)} of the queries touch several shards`,
          evidence: `${multiShard} of ${singleShard + multiShard}, by citus_stat_counters`,
          fix: 'Queries that name one value of the distribution column go to one shard and scale with the nodes; see the dearest statements without it.',
        },
      ];
    },
  },
  {
    id: 'tenant-dominates',
    find: ({ tenants, thresholds }) => {
      if (tenants.kind === 'off') return [];
      const queries = tenants.top.reduce((sum, one) => sum + one.queriesNow + one.queriesBefore, 0);
      return tenants.top
        .filter(() => queries >= leastQueries && tenants.top.length > 1)
        .filter(({ share: part }) => part >= thresholds['tenant-share'])
        .map(({ tenant, share: part, colocationId }) => ({
          severity: 'info',
          what: `The tenant ${tenant} makes ${formatShare(part)} of the queries`,
          evidence: `${plural(queries, 'query', 'queries')} of co-location group ${colocationId} and others in this period and the last, by citus_stat_tenants`,
          fix: 'isolate_tenant_to_new_shard() gives it a shard of its own, which can move to a node of its own.',
        }));
    },
  },
  {
    id: 'snapshot-incomplete',
    find: ({ problems, nodes, seesAllSessions }) => {
      const silent = nodes.filter(({ state }) => state === 'unreachable').map(({ id }) => id);
      // A node that does not answer has an alert of its own.
      const others = problems.filter(({ nodeId }) => nodeId === undefined || !silent.includes(nodeId));
      const gaps = others.map(({ probe, node, reason }) => ({
        severity: 'info' as const,
        ...(node === undefined ? {} : { node }),
        what: `${probe} could not be read${node === undefined ? '' : ` on ${node}`}`,
        evidence: reason,
        fix: 'The rest of the snapshot stands without it; see the reason.',
      }));
      return seesAllSessions
        ? gaps
        : [
            ...gaps,
            {
              severity: 'info',
              what: 'Sessions of other roles are hidden from this one',
              evidence: 'it is no member of pg_monitor',
              fix: 'GRANT pg_monitor to the role, on every node.',
            },
          ];
    },
  },
];
