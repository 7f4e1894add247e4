import type { Check, Finding } from './check.ts';
import { raiseSetting } from './pending-settings.ts';

// What one move of a co-location group takes on its source, with one to spare; more wait for their turn.
const neededPerMove = 2;

/** Shard moves take slots and senders where they come from, and background workers where they go. */
export const replicationCapacity: Check = {
  id: 'replication-capacity',
  run: (cluster) =>
    cluster.nodes.flatMap((node): Finding[] => {
      if (!node.facts) return [];
      const { settings, slots, senders, databases } = node.facts;
      const at = cluster.coordinator.nameOf(node);
      const limit = (name: string) => Number(settings[name] ?? 0);
      const short = [
        { name: 'max_replication_slots', used: slots },
        { name: 'max_wal_senders', used: senders },
      ].filter(({ name, used }) => limit(name) - used < neededPerMove);
      const findings: Finding[] = short.map(({ name, used }) => ({
        severity: 'error',
        what: `${at} has no room for a shard move`,
        evidence: `${used} of ${limit(name)} (${name}) are in use`,
        fix: `${raiseSetting(cluster, node, { name, value: Math.max(16, used * 2), least: used + neededPerMove })} Or drop slots that nobody reads.`,
      }));
      const [workers, parallel, logical] = [
        limit('max_worker_processes'),
        limit('max_parallel_workers'),
        limit('max_logical_replication_workers'),
      ];
      // Besides those: PostgreSQL's launcher and one daemon of Citus per database.
      const wanted = parallel + logical + databases + 1;
      if (workers < wanted) {
        findings.push({
          severity: 'warning',
          what: `${at} may run out of background workers, and shard moves then wait`,
          evidence: `max_worker_processes is ${workers}, but max_parallel_workers (${parallel}), max_logical_replication_workers (${logical}), the daemons of ${databases} databases and the launcher add up to ${wanted}`,
          fix: raiseSetting(cluster, node, {
            name: 'max_worker_processes',
            value: Math.max(32, wanted),
            least: wanted,
          }),
        });
      }
      return findings;
    }),
};
