import type { Check } from './check.ts';

/** Shards move by logical replication unless writes are blocked; with less, a rebalance fails again and again. */
export const walLevel: Check = {
  id: 'wal-level',
  run: ({ coordinator, nodes }) =>
    nodes.flatMap((node) => {
      const level = node.facts?.settings.wal_level;
      if (level === undefined || level === 'logical') return [];
      return {
        // Without shards it has none to move, yet.
        severity: node.shardCount > 0 ? 'error' : 'warning',
        what: `${coordinator.nameOf(node)} cannot move shards without blocking writes`,
        evidence: `wal_level is ${level}`,
        fix: `ALTER SYSTEM SET wal_level = 'logical' on ${coordinator.nameOf(node)}, then restart it.`,
      };
    }),
};
