import type { Check } from './check.ts';
import { nextValue } from './pending-settings.ts';

/** Shards move by logical replication unless writes are blocked; with less, a rebalance fails again and again. */
export const walLevel: Check = {
  id: 'wal-level',
  run: ({ coordinator, nodes, pending }) =>
    nodes.flatMap((node) => {
      const level = node.facts?.settings.wal_level;
      if (level === undefined || level === 'logical') return [];
      const at = coordinator.nameOf(node);
      return {
        // Without shards it has none to move, yet.
        severity: node.shardCount > 0 ? 'error' : 'warning',
        what: `${at} cannot move shards without blocking writes`,
        evidence: `wal_level is ${level}`,
        fix:
          nextValue(pending, node.id, 'wal_level') === 'logical'
            ? `Restart ${at}: its configuration has wal_level = logical already.`
            : `ALTER SYSTEM SET wal_level = 'logical' on ${at}, then restart it.`,
      };
    }),
};
