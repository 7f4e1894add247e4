import {
  type ClusterListing,
  type ClusterRecord,
  clusterUrl,
  findLeftovers,
  listClusters,
} from '@shardwright/cluster';
import { type ExitCode, exitCode } from '@shardwright/core';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { withoutPassword } from './without-password.ts';

/** The command `cluster list`. */
export const list: Command = {
  description: 'Lists the clusters that were started here under a name, running or not.',
  options: {
    stale: {
      type: 'boolean',
      describe: 'Instead, list what processes that ended hard have left behind',
    },
  },
  examples: [
    ['$0 list', 'All clusters of this user'],
    ['$0 list --stale', 'What cluster down --stale would remove'],
  ],
  run: (args, io) => (args.flag('stale') ? listLeftovers(io) : listNamed(io)),
};

async function listNamed(io: CommandIo): Promise<ExitCode> {
  const clusters = await listClusters();
  if (io.json) {
    await io.printJson({ clusters: clusters.map(describe) });
    return exitCode.yes;
  }
  if (clusters.length === 0) {
    await io.note('There is no cluster here. Start one with: cluster up');
    return exitCode.yes;
  }
  await io.printTable(
    [
      { title: 'Name' },
      { title: 'State' },
      { title: 'Workers', align: 'right' },
      { title: 'Ports' },
      { title: 'Database', shrinks: true },
      { title: 'User', shrinks: true },
      { title: 'From', drops: true },
      { title: 'Created (UTC)', drops: true },
    ],
    clusters.map(({ name, state, record }) =>
      record === undefined ? [name, state] : [name, state, ...recordCells(record)],
    ),
    (text, row, column) => (column === 1 ? paintState(text, clusters[row]?.state, io) : text),
  );
  return exitCode.yes;
}

function recordCells({ nodes, database, user, provider, createdAt }: ClusterRecord): readonly string[] {
  const ports = nodes.map(({ port }) => port);
  const [first, last] = [Math.min(...ports), Math.max(...ports)];
  return [
    String(nodes.length - 1),
    first === last
      ? String(first)
      : last - first === ports.length - 1
        ? `${first}–${last}`
        : ports.join(', '),
    database,
    user,
    provider,
    createdAt.slice(0, 16).replace('T', ' '),
  ];
}

function describe({ name, state, record }: ClusterListing): object {
  if (record === undefined) return { name, state };
  const { provider, createdAt, user, database, nodes } = record;
  const url = withoutPassword(clusterUrl(record));
  return { name, state, provider, createdAt, user, database, url, nodes };
}

function paintState(text: string, state: ClusterListing['state'] | undefined, { paint }: CommandIo): string {
  switch (state) {
    case 'running':
      return paint.good(text);
    case 'partly running':
    case 'unfinished':
      return paint.severity('warning', text);
    case 'stopped':
    case undefined:
      return text;
    default:
      return state satisfies never;
  }
}

async function listLeftovers(io: CommandIo): Promise<ExitCode> {
  const leftovers = await findLeftovers();
  if (io.json) {
    await io.printJson({ leftovers: leftovers.map(({ kind, subject }) => ({ kind, subject })) });
  } else if (leftovers.length === 0) await io.note('Nothing was left behind.');
  else {
    await io.printTable(
      [{ title: 'What' }, { title: 'Where', shrinks: true }],
      leftovers.map(({ kind, subject }) => [kind, subject]),
    );
    await io.note('Remove it with: cluster down --stale');
  }
  return exitCode.yes;
}
