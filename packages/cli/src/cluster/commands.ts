import type { CommandEntry } from '../program.ts';

const launch = 'Launch';

/** What `cluster` can do, each in a file of its own. */
export const clusterCommands: readonly CommandEntry[] = [
  {
    usage: 'status',
    summary: 'Nodes, whether they answer, what they hold and run',
    group: launch,
    load: async () => (await import('./status.ts')).status,
  },
];
