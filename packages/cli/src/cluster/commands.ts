import type { CommandEntry } from '../program.ts';

const launch = 'Launch';
const look = 'Look';
const operate = 'Operate';

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
  {
    usage: 'health',
    summary: 'What is wrong with it, or will be, and what mends it',
    group: look,
    load: async () => (await import('./health.ts')).health,
  },
  {
    usage: 'shards [table]',
    summary: 'Where the data lies, and how evenly',
    group: look,
    load: async () => (await import('./shards.ts')).shards,
  },
  {
    usage: 'explain <sql>',
    summary: 'How Citus runs a statement',
    group: look,
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    usage: 'add [host] [port]',
    summary: 'One more worker',
    group: operate,
    load: async () => (await import('./add.ts')).add,
  },
  {
    usage: 'drain <node>',
    summary: 'Move all shards off a node',
    group: operate,
    load: async () => (await import('./drain.ts')).drain,
  },
  {
    usage: 'remove <node>',
    summary: 'Take an empty node out',
    group: operate,
    load: async () => (await import('./remove.ts')).remove,
  },
  {
    usage: 'rebalance [table]',
    summary: 'Even out shards over nodes',
    group: operate,
    load: async () => (await import('./rebalance.ts')).rebalance,
  },
  {
    usage: 'failover <node>',
    summary: "Put a worker's standby in its place",
    group: operate,
    load: async () => (await import('./failover.ts')).failover,
  },
];
