import type { Check } from './check.ts';
import { raiseSetting } from './pending-settings.ts';

/** Writes to several shards commit in two phases, and each holds a slot on every worker it touches. */
export const preparedTransactions: Check = {
  id: 'prepared-transactions',
  run: (cluster) =>
    cluster.nodes.flatMap((node) => {
      const limit = Number(node.facts?.settings.max_prepared_transactions);
      const connections = Number(node.facts?.settings.max_connections);
      if (!(limit < connections / 2)) return [];
      return {
        severity: 'warning',
        what: `${cluster.coordinator.nameOf(node)} may refuse writes to several shards under load`,
        evidence: `max_prepared_transactions is ${limit}, max_connections ${connections}`,
        fix: raiseSetting(cluster, node, {
          name: 'max_prepared_transactions',
          value: connections,
          least: connections / 2,
        }),
      };
    }),
};
