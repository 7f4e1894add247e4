import type { Check } from './check.ts';

/** Writes to several shards commit in two phases, and each holds a slot on every worker it touches. */
export const preparedTransactions: Check = {
  id: 'prepared-transactions',
  run: ({ coordinator, nodes }) =>
    nodes.flatMap((node) => {
      const limit = Number(node.facts?.settings.max_prepared_transactions);
      const connections = Number(node.facts?.settings.max_connections);
      if (!(limit < connections / 2)) return [];
      return {
        severity: 'warning',
        what: `${coordinator.nameOf(node)} may refuse writes to several shards under load`,
        evidence: `max_prepared_transactions is ${limit}, max_connections ${connections}`,
        fix: `ALTER SYSTEM SET max_prepared_transactions = ${connections} on ${coordinator.nameOf(node)}, then restart it.`,
      };
    }),
};
