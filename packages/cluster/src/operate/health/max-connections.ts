import type { Check } from './check.ts';
import { raiseSetting } from './pending-settings.ts';

/** One session on the coordinator opens several connections per worker: a worker must take at least as many. */
export const maxConnections: Check = {
  id: 'max-connections',
  run: (cluster) => {
    const { coordinator, nodes } = cluster;
    const limitOf = (node: (typeof nodes)[number]) => Number(node.facts?.settings.max_connections);
    const own = nodes.find(({ role }) => role === 'coordinator');
    const wanted = own ? limitOf(own) : Number.NaN;
    return nodes
      .filter((node) => node.role === 'worker' && limitOf(node) < wanted)
      .map((node) => ({
        severity: 'warning',
        what: `${coordinator.nameOf(node)} takes fewer connections than the coordinator passes on`,
        evidence: `max_connections is ${limitOf(node)} there and ${wanted} on the coordinator`,
        fix: raiseSetting(cluster, node, {
          name: 'max_connections',
          value: Math.ceil(wanted * 1.5),
          least: wanted,
        }),
      }));
  },
};
