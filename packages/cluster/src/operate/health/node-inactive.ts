import { quoteLiteral } from '@shardwright/core';
import type { Check } from './check.ts';

/** A node that was disabled, or added inactive, takes no queries: its shards are missing from answers. */
export const nodeInactive: Check = {
  id: 'node-inactive',
  run: ({ coordinator, nodes }) =>
    nodes
      .filter((node) => node.kind === 'primary' && !node.isActive)
      .map((node) => ({
        severity: 'error',
        what: `${coordinator.nameOf(node)} is not active`,
        evidence: `pg_dist_node.isactive is false for node ${node.id}, which holds ${node.shardCount} shards`,
        fix: `SELECT citus_activate_node(${quoteLiteral(node.name)}, ${node.port}) on the coordinator.`,
      })),
};
