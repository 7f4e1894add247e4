import type { Check } from './check.ts';

/** One session on the coordinator opens several connections per worker: a worker must take at least as many. */
export const maxConnections: Check = {
  id: 'max-connections',
  run: ({ coordinator, nodes }) => {
    const limitOf = (node: (typeof nodes)[number]) => Number(node.facts?.settings.max_connections);
    const own = nodes.find(({ role }) => role === 'coordinator');
    const wanted = own ? limitOf(own) : Number.NaN;
    return nodes
      .filter((node) => node.role === 'worker' && limitOf(node) < wanted)
      .map((node) => ({
        severity: 'warning',
        what: `${coordinator.nameOf(node)} takes fewer connections than the coordinator passes on`,
        evidence: `max_connections is ${limitOf(node)} there and ${wanted} on the coordinator`,
        fix: `ALTER SYSTEM SET max_connections = ${Math.ceil(wanted * 1.5)} on ${coordinator.nameOf(node)}, then restart it.`,
      }));
  },
};
