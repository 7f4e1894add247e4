import type { Check } from './check.ts';

const loopback = /^(localhost|127\.|::1$)/;

/** Workers connect to the coordinator by its registered name; `localhost` is themselves. */
export const coordinatorAddress: Check = {
  id: 'coordinator-address',
  run: ({ coordinator, nodes }) => {
    const own = nodes.find(({ role }) => role === 'coordinator');
    const elsewhere = nodes.filter(({ role, name }) => role === 'worker' && !loopback.test(name));
    const example = elsewhere[0] ?? nodes.find(({ role }) => role === 'worker');
    if (!own && example) {
      return [
        {
          severity: 'warning',
          what: 'the coordinator is not registered',
          evidence: 'pg_dist_node has no node of group 0',
          fix: "SELECT citus_set_coordinator_host('<a name that the workers resolve>', <port>) on the coordinator.",
        },
      ];
    }
    if (!own || !loopback.test(own.name) || elsewhere.length === 0) return [];
    return [
      {
        severity: 'error',
        what: `the coordinator is registered as ${coordinator.nameOf(own)}, which is somewhere else for its workers`,
        evidence: `workers are on other hosts, e.g. ${coordinator.nameOf(elsewhere[0] ?? own)}`,
        fix: `SELECT citus_set_coordinator_host('<a name that the workers resolve>', ${own.port}) on the coordinator.`,
      },
    ];
  },
};
