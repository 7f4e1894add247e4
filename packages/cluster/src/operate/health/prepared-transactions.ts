import { formatNode } from '../node-address.ts';
import type { Check } from './check.ts';

/** Writes to several shards commit in two phases, and each holds a slot on every worker it touches. */
export const preparedTransactions: Check = {
  id: 'prepared-transactions',
  run: ({ nodes }) =>
    nodes.flatMap((node) => {
      const limit = Number(node.facts?.settings.max_prepared_transactions);
      const connections = Number(node.facts?.settings.max_connections);
      if (!(limit < connections / 2)) return [];
      return {
        severity: 'warning',
        what: `${formatNode(node)} may refuse writes to several shards under load`,
        evidence: `max_prepared_transactions is ${limit}, max_connections ${connections}`,
        fix: `ALTER SYSTEM SET max_prepared_transactions = ${connections} on ${formatNode(node)}, then restart it.`,
      };
    }),
};
