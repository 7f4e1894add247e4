import { listNodes } from '@shardwright/cluster';
import { type ExitCode, exitCode, formatBytes, plural } from '@shardwright/core';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { type NodeStatus, nodeStatus, stoppedNodes } from './node-status.ts';
import { openTarget, type Target } from './target.ts';

/** The command `cluster status`. */
export const status: Command = {
  description: 'Tells the nodes of a cluster, whether the coordinator reaches them, and what they hold.',
  examples: [
    ['$0 status', 'The only cluster that was started here'],
    ['$0 status --cluster postgres://admin@db.example/shop', 'Any other; password from PGPASSWORD'],
  ],
  epilogue: 'Exit codes: 0 every active node answers · 1 one does not, or the cluster is stopped',
  run: async (args, io) => {
    const target = await openTarget(args, io);
    const { named } = target;
    if (named !== undefined && (await named.nodes[0]?.isRunning()) !== true) {
      return answer({ target, nodes: await stoppedNodes(named) }, io);
    }
    await using coordinator = await target.connect();
    const [server] = await coordinator.query<ServerVersions>(versionsSql);
    const nodes = (await listNodes(coordinator)).map((node) => nodeStatus(node, named));
    return answer({ target, nodes, ...(server === undefined ? {} : { server }) }, io);
  },
};

interface ServerVersions {
  readonly database: string;
  readonly citus: string;
  readonly postgres: string;
}

const versionsSql = `
SELECT current_database() AS database, split_part(citus_version(), ' ', 2) AS citus,
  split_part(current_setting('server_version'), ' ', 1) AS postgres`;

interface ClusterStatus {
  readonly target: Target;
  readonly nodes: readonly NodeStatus[];
  /** What the coordinator says of itself; absent where it does not run. */
  readonly server?: ServerVersions;
}

async function answer(found: ClusterStatus, io: CommandIo): Promise<ExitCode> {
  const { target, nodes, server } = found;
  const allAnswer = nodes.every(({ state }) => !['unreachable', 'stopped', 'running'].includes(state));
  if (io.json) {
    const { database = target.named?.record.database, citus = null, postgres = null } = server ?? {};
    await io.printJson({
      cluster: target.label,
      database,
      citusVersion: citus,
      postgresVersion: postgres,
      allNodesAnswer: allAnswer,
      nodes,
    });
  } else await show(found, io);
  if (server === undefined) await io.note(`Start it with: cluster up --name ${target.label}`);
  return allAnswer ? exitCode.yes : exitCode.no;
}

async function show({ target, nodes, server }: ClusterStatus, io: CommandIo): Promise<void> {
  const workers = nodes.filter(({ role }) => role === 'worker').length;
  const size = workers === 0 ? 'one node' : `coordinator and ${plural(workers, 'worker')}`;
  await io.printFields([
    ['Cluster', `${target.label}${server === undefined ? stoppedPart(nodes) : ''}`],
    ['Nodes', size],
    ['Database', server?.database ?? target.named?.record.database],
    ['Version', server && `Citus ${server.citus} on PostgreSQL ${server.postgres}`],
  ]);
  if (nodes.length === 0) return io.print('\nNo node is registered: this server is alone.\n');
  await io.print('\n');
  // Said once above when it is the same everywhere.
  const mixed = nodes.some(
    ({ citusVersion = server?.citus, postgresVersion = server?.postgres }) =>
      citusVersion !== server?.citus || postgresVersion !== server?.postgres,
  );
  await io.printTable(
    [
      { title: 'Node' },
      { title: 'Address', shrinks: true },
      { title: 'State' },
      { title: 'Shards', align: 'right' },
      { title: 'Copies', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Citus' },
      { title: 'PostgreSQL' },
      { title: '', shrinks: true },
    ],
    nodes.map((node) => [
      node.label ?? node.role,
      `${node.host.includes(':') ? `[${node.host}]` : node.host}:${node.port}`,
      node.state,
      node.shards === undefined ? '' : String(node.shards),
      node.referenceCopies ? String(node.referenceCopies) : '',
      typeof node.sizeBytes === 'number' ? formatBytes(node.sizeBytes) : '',
      mixed ? (node.citusVersion ?? '') : '',
      mixed ? (node.postgresVersion ?? '') : '',
      remark(node),
    ]),
    (text, row, column) => (column === 2 ? paintState(text, nodes[row]?.state, io) : text),
  );
  for (const { label, host, port, problem } of nodes) {
    if (problem !== undefined) await io.print(`\n${label ?? `${host}:${port}`}: ${problem}\n`);
  }
}

function stoppedPart(nodes: readonly NodeStatus[]): string {
  return nodes.some(({ state }) => state === 'running') ? ', its coordinator stopped' : ', stopped';
}

function remark({ role, kind, shouldHaveShards }: NodeStatus): string {
  if (kind !== 'primary') return kind;
  // A coordinator beside workers has none as a rule.
  return role === 'worker' && shouldHaveShards === false ? 'gets no new shards' : '';
}

function paintState(text: string, state: NodeStatus['state'] | undefined, { paint }: CommandIo): string {
  switch (state) {
    case 'active':
    case 'running':
      return paint.good(text);
    case 'unreachable':
      return paint.severity('error', text);
    case 'inactive':
    case 'stopped':
      return paint.severity('warning', text);
    case 'standby':
    case undefined:
      return text;
    default:
      return state satisfies never;
  }
}
