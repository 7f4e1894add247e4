import { findRunningJob } from '../rebalance/background-job.ts';
import type { Check } from './check.ts';

/** What moves and splits left to be dropped: shards, slots, publications, subscriptions. */
export const orphanedResources: Check = {
  id: 'orphaned-resources',
  run: async ({ coordinator, nodes }) => {
    if (await findRunningJob(coordinator)) return [];
    const rows = await coordinator.query<{ name: string; groupId: number }>(
      'SELECT object_name AS name, node_group_id AS "groupId" FROM pg_dist_cleanup ORDER BY record_id',
    );
    if (rows.length === 0) return [];
    const shown = rows.slice(0, 5).map(({ name, groupId }) => {
      const node = nodes.find((each) => each.groupId === groupId && each.kind === 'primary');
      return `${name} on ${node ? coordinator.nameOf(node) : 'a removed node'}`;
    });
    const more = rows.length > shown.length ? ` and ${rows.length - shown.length} more` : '';
    return [
      {
        severity: 'warning',
        what: `${rows.length} leftovers of shard moves take space`,
        evidence: `pg_dist_cleanup lists ${shown.join(', ')}${more}`,
        fix: 'Citus drops them by itself a few seconds after a move; those that stay, with CALL citus_cleanup_orphaned_resources() on the coordinator, which says what is in the way.',
      },
    ];
  },
};
