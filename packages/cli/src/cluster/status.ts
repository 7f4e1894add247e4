import { exitCode } from '@shardwright/core';
import { formatBytes, plural } from '@shardwright/report';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { type ClusterStatus, type NodeStatus, readStatus } from './read-status.ts';
import { openTarget } from './target.ts';

/** The command `cluster status`. */
export const status: Command = {
  description: 'Tells the nodes of a cluster, whether the coordinator reaches them, and what they hold.',
  examples: [
    ['$0 status', 'The only cluster that was started here'],
    ['$0 status --cluster postgres://admin@db.example/shop', 'Any other; password from PGPASSWORD'],
  ],
  epilogue: 'Exit codes: 0 every active node answers · 1 one does not',
  run: async (args, io) => {
    const target = await openTarget(args, io);
    await using connection = await target.connect();
    const found = await readStatus(connection);
    const healthy = found.nodes.every(({ state }) => state !== 'unreachable');
    if (io.json) await io.printJson({ cluster: target.label, ...found });
    else await show(found, target.label, io);
    return healthy ? exitCode.yes : exitCode.no;
  },
};

async function show(found: ClusterStatus, label: string, io: CommandIo): Promise<void> {
  const { nodes, database, citusVersion, postgresVersion } = found;
  const workers = nodes.filter(({ role }) => role === 'worker').length;
  await io.printFields([
    ['Cluster', label],
    ['Database', `${database}, on ${workers === 0 ? 'one node' : plural(workers, 'worker')}`],
    ['Version', `Citus ${citusVersion}, PostgreSQL ${postgresVersion}`],
  ]);
  await io.print('\n');
  const mixed = nodes.some(
    (node) =>
      (node.citusVersion ?? citusVersion) !== citusVersion ||
      (node.postgresVersion ?? postgresVersion) !== postgresVersion,
  );
  await io.printTable(
    [
      { title: 'Role' },
      { title: 'Host', shrinks: true },
      { title: 'Port', align: 'right' },
      { title: 'State' },
      { title: 'Shards', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Citus' },
      { title: 'PostgreSQL' },
      { title: 'Note', shrinks: true },
    ],
    nodes.map((node) => [
      node.role,
      node.host,
      String(node.port),
      node.state,
      String(node.shards),
      node.sizeBytes === undefined ? '' : formatBytes(node.sizeBytes),
      mixed ? (node.citusVersion ?? '') : '',
      mixed ? (node.postgresVersion ?? '') : '',
      noteOn(node),
    ]),
    (text, row, column) => (column === 3 ? paintState(text, nodes[row], io) : text),
  );
}

function noteOn({ role, shouldHaveShards, problem }: NodeStatus): string {
  if (problem !== undefined) return problem;
  // A coordinator beside workers holds none as a rule.
  return role === 'worker' && !shouldHaveShards ? 'takes no new shards' : '';
}

function paintState(text: string, node: NodeStatus | undefined, { paint }: CommandIo): string {
  if (node === undefined || node.state === 'active') return paint.good(text);
  return paint.severity(node.state === 'unreachable' ? 'error' : 'warning', text);
}
