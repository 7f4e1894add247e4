import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';

/** A Citus database as its coordinator sees it. */
export interface ClusterStatus {
  readonly database: string;
  /** Of the coordinator, as every node's own. */
  readonly citusVersion: string;
  readonly postgresVersion: string;
  /** Coordinator first. */
  readonly nodes: readonly NodeStatus[];
}

/** A line of `pg_dist_node`, and what the node answers. */
export interface NodeStatus {
  readonly nodeId: number;
  readonly groupId: number;
  readonly role: 'coordinator' | 'worker' | 'secondary';
  readonly host: string;
  readonly port: number;
  /** `inactive`: Citus does not use it. `unreachable`: the coordinator gets no answer from it. */
  readonly state: 'active' | 'inactive' | 'unreachable';
  /** What the coordinator was told instead of an answer. */
  readonly problem?: string;
  /** New shards may come here. */
  readonly shouldHaveShards: boolean;
  /** Placements on it, copies of reference tables included. */
  readonly shards: number;
  /** Of those; absent when it cannot be asked. */
  readonly sizeBytes?: number;
  readonly postgresVersion?: string;
  readonly citusVersion?: string;
}

/** Throws {@link DatabaseError} when the database is none of Citus. */
export async function readStatus(connection: Connection): Promise<ClusterStatus> {
  const [extension] = await connection.query("SELECT FROM pg_extension WHERE extname = 'citus'");
  if (extension === undefined) {
    throw new DatabaseError(`${connection.target} has no Citus: the extension is not in this database`, {
      hint: 'Name the database that holds it: an extension belongs to a database, not to a server.',
    });
  }
  const [self] = await connection.query<SelfRow>(selfSql);
  if (self === undefined) throw new RangeError('a SELECT without FROM returns a row');
  // A node that is frozen accepts the connection and then says nothing.
  await connection.query('SET citus.node_connection_timeout = 5000');
  const rows = await connection.query<NodeRow>(nodesSql);
  const answers = await ask(connection);
  const sizes = await sizesByNode(connection, answers);
  const nodes = rows.map((row) => nodeStatus(row, answers.get(row.nodeid), sizes));
  return {
    database: self.database,
    citusVersion: self.citus,
    postgresVersion: self.postgres,
    nodes: nodes.length > 0 ? nodes : [loneNode(self)],
  };
}

interface SelfRow {
  readonly database: string;
  readonly postgres: string;
  readonly citus: string;
  readonly host: string;
  readonly port: number;
}

const selfSql = `
SELECT current_database() AS database, split_part(current_setting('server_version'), ' ', 1) AS postgres,
  split_part(citus_version(), ' ', 2) AS citus,
  coalesce(host(inet_server_addr()), current_setting('unix_socket_directories')) AS host,
  current_setting('port')::int AS port`;

interface NodeRow {
  readonly nodeid: number;
  readonly groupid: number;
  readonly nodename: string;
  readonly nodeport: number;
  readonly noderole: string;
  readonly isactive: boolean;
  readonly shouldhaveshards: boolean;
  readonly shards: number;
}

const nodesSql = `
SELECT nodeid, groupid, nodename, nodeport, noderole::text, isactive, shouldhaveshards,
  (SELECT count(*)::int FROM pg_dist_placement AS placement WHERE placement.groupid = node.groupid) AS shards
FROM pg_dist_node AS node
ORDER BY groupid, noderole <> 'primary', nodename, nodeport`;

type Answer = { readonly postgres: string; readonly citus: string } | { readonly problem: string };

/** What every node says of itself; the command is one that each node understands alone. */
async function ask(connection: Connection): Promise<ReadonlyMap<number, Answer>> {
  const rows = await connection.query<{ nodeid: number; success: boolean; result: string }>(
    `SELECT nodeid, success, result FROM run_command_on_all_nodes($1, give_warning_for_connection_errors := true)`,
    [
      `SELECT json_build_object('postgres', split_part(current_setting('server_version'), ' ', 1),
         'citus', split_part(citus_version(), ' ', 2))`,
    ],
  );
  return new Map(
    rows.map(({ nodeid, success, result }) => [nodeid, success ? JSON.parse(result) : { problem: result }]),
  );
}

/** Bytes by `host:port`; asking for sizes fails as a whole when one node does not answer. */
async function sizesByNode(
  connection: Connection,
  answers: ReadonlyMap<number, Answer>,
): Promise<ReadonlyMap<string, number>> {
  if ([...answers.values()].some((answer) => 'problem' in answer)) return new Map();
  const rows = await connection.query<{ nodename: string; nodeport: number; bytes: string }>(
    'SELECT nodename, nodeport, sum(shard_size)::bigint AS bytes FROM citus_shards GROUP BY nodename, nodeport',
  );
  return new Map(rows.map(({ nodename, nodeport, bytes }) => [`${nodename}:${nodeport}`, Number(bytes)]));
}

function nodeStatus(
  row: NodeRow,
  answer: Answer | undefined,
  sizes: ReadonlyMap<string, number>,
): NodeStatus {
  const sizeBytes = sizes.get(`${row.nodename}:${row.nodeport}`);
  const { nodeid: nodeId, groupid: groupId, nodename: host, nodeport: port } = row;
  return {
    nodeId,
    groupId,
    role: row.noderole !== 'primary' ? 'secondary' : groupId === 0 ? 'coordinator' : 'worker',
    host,
    port,
    state: !row.isactive
      ? 'inactive'
      : answer !== undefined && 'problem' in answer
        ? 'unreachable'
        : 'active',
    shouldHaveShards: row.shouldhaveshards,
    shards: row.shards,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(answer === undefined
      ? {}
      : 'problem' in answer
        ? { problem: answer.problem }
        : { postgresVersion: answer.postgres, citusVersion: answer.citus }),
  };
}

/** A coordinator that was never told its own address is not in `pg_dist_node`. */
function loneNode({ host, port, postgres, citus }: SelfRow): NodeStatus {
  return {
    nodeId: 0,
    groupId: 0,
    role: 'coordinator',
    host,
    port,
    state: 'active',
    shouldHaveShards: true,
    shards: 0,
    postgresVersion: postgres,
    citusVersion: citus,
  };
}
