import { formatShare, plural } from '@shardwright/core';
import type { AlertRule } from './alert.ts';

/** Connections run out on workers first: every session of the coordinator may open several to each. */
export const connectionRules: readonly AlertRule[] = [
  {
    id: 'connections-used',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap(({ node, connections }) => {
        if (!connections) return [];
        const { used, usable, max } = connections;
        if (used < usable * thresholds['connections-used']) return [];
        return {
          severity: used >= usable * thresholds['connections-exhausted'] ? 'error' : 'warning',
          node,
          what: `${node} runs out of connections`,
          evidence: `${used} of max_connections = ${max} are taken, ${formatShare(used / usable)} of what clients may take`,
          fix: 'Put a pooler in front of the coordinator, lower citus.max_shared_pool_size or citus.max_adaptive_executor_pool_size, or raise max_connections (restart).',
        };
      }),
  },
  {
    id: 'connection-budget',
    find: ({ nodes }) =>
      nodes.flatMap(({ node, connections }) => {
        if (connections?.coordinatorMayTake === undefined) return [];
        const { coordinatorMayTake, usable } = connections;
        if (coordinatorMayTake <= usable) return [];
        return {
          severity: 'warning',
          node,
          what: `The coordinator alone may ask ${node} for more connections than it has`,
          evidence: `citus.max_shared_pool_size lets it take ${coordinatorMayTake}, and ${usable} are usable there`,
          fix: `On the coordinator: ALTER SYSTEM SET citus.max_shared_pool_size = ${Math.floor(usable * 0.8)}; SELECT pg_reload_conf(). Or raise max_connections on ${node} (restart).`,
        };
      }),
  },
  {
    id: 'connections-failed',
    find: ({ queries }) => {
      const failed = queries.kind === 'tracked' ? (queries.intervalConnectionsFailed ?? 0) : 0;
      if (failed === 0) return [];
      return [
        {
          severity: 'warning',
          what: 'Connections between nodes fail',
          evidence: `${plural(failed, 'attempt')} since the sample before, by citus_stat_counters`,
          fix: 'See cluster health for the connection that fails, and the nodes’ logs for the reason: limits, passwords or the network.',
        },
      ];
    },
  },
];
