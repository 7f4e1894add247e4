import { formatNode } from '../node-address.ts';
import type { Check } from './check.ts';

const loopback = /^(localhost|127\.|::1$)/;

/** Workers connect to the coordinator by its registered name; `localhost` is themselves. */
export const coordinatorAddress: Check = {
  id: 'coordinator-address',
  run: ({ nodes }) => {
    const coordinator = nodes.find(({ role }) => role === 'coordinator');
    const elsewhere = nodes.filter(({ role, name }) => role === 'worker' && !loopback.test(name));
    const example = elsewhere[0] ?? nodes.find(({ role }) => role === 'worker');
    if (!coordinator && example) {
      return [
        {
          severity: 'warning',
          what: 'the coordinator is not registered',
          evidence: 'pg_dist_node has no node of group 0',
          fix: "SELECT citus_set_coordinator_host('<a name that the workers resolve>', <port>) on the coordinator.",
        },
      ];
    }
    if (!coordinator || !loopback.test(coordinator.name) || elsewhere.length === 0) return [];
    return [
      {
        severity: 'error',
        what: `the coordinator is registered as ${formatNode(coordinator)}, which is somewhere else for its workers`,
        evidence: `workers are on other hosts, e.g. ${formatNode(elsewhere[0] ?? coordinator)}`,
        fix: `SELECT citus_set_coordinator_host('<a name that the workers resolve>', ${coordinator.port}) on the coordinator.`,
      },
    ];
  },
};
