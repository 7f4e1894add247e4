import type { CommandEntry } from '../program.ts';

const launch = 'Launch';
const look = 'Look';

/** What `cluster` can do, each in a file of its own. */
export const clusterCommands: readonly CommandEntry[] = [
  {
    usage: 'up',
    summary: 'Start a cluster on this machine, or again one that was stopped',
    group: launch,
    load: async () => (await import('./up.ts')).up,
  },
  {
    usage: 'down',
    summary: 'Stop one, or remove it with its data',
    group: launch,
    load: async () => (await import('./down.ts')).down,
  },
  {
    usage: 'list',
    summary: 'Clusters that were started here, and how they stand',
    group: launch,
    load: async () => (await import('./list.ts')).list,
  },
  {
    usage: 'status',
    summary: 'Nodes, whether they answer, what they hold and run',
    group: launch,
    load: async () => (await import('./status.ts')).status,
  },
  {
    usage: 'url',
    summary: 'The address to connect to, with its password',
    group: launch,
    load: async () => (await import('./url.ts')).url,
  },
  {
    usage: 'psql',
    summary: 'Open psql on it',
    group: launch,
    load: async () => (await import('./psql.ts')).psql,
  },
  {
    usage: 'logs [node]',
    summary: "The last lines of its servers' logs",
    group: launch,
    load: async () => (await import('./logs.ts')).logs,
  },
  {
    usage: 'monitor',
    summary: 'Sessions, locks, statements, tenants and alerts of a running cluster',
    group: look,
    load: async () => (await import('./monitor.ts')).monitor,
  },
];
