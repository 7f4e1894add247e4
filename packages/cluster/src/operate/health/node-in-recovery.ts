import type { Check } from './check.ts';

/** A node that the cluster writes to must not be a standby. */
export const nodeInRecovery: Check = {
  id: 'node-in-recovery',
  run: ({ coordinator, nodes }) =>
    nodes
      .filter((node) => node.kind === 'primary' && node.facts?.isInRecovery)
      .map((node) => ({
        severity: 'error',
        what: `${coordinator.nameOf(node)} is a standby and takes no writes`,
        evidence: 'pg_is_in_recovery() is true there, yet pg_dist_node has it as primary',
        fix: `SELECT pg_promote() on ${coordinator.nameOf(node)} if its primary is gone; else let citus_update_node name the primary again.`,
      })),
};
