import type { Check } from './check.ts';

/** Without its daemon a node starts no background job, recovers no transaction and drops no moved shard. */
export const maintenanceDaemon: Check = {
  id: 'maintenance-daemon',
  run: ({ coordinator, nodes }) =>
    nodes
      .filter(({ facts }) => facts?.hasMaintenanceDaemon === false && !facts.isInRecovery)
      .map((node) => ({
        severity: node.role === 'coordinator' ? 'error' : 'warning',
        what: `Citus' maintenance daemon does not run on ${coordinator.nameOf(node)}`,
        evidence: 'pg_stat_activity has no session of it for this database',
        fix: `Citus starts it with the first statement after a restart: look again in a few seconds; if it stays away, raise max_worker_processes (now ${node.facts?.settings.max_worker_processes}) and read the server's log.`,
      })),
};
