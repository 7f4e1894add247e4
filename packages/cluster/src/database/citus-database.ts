import { EnvironmentError, quoteIdentifier } from '@shardwright/core';
import { type Connection, connect } from '@shardwright/postgres';
import { databaseUrl, serverUrl } from './database-url.ts';

/** One node of a cluster: how the other nodes call it, and how we reach it. */
export interface CitusNode {
  /** As in `pg_dist_node.nodename`; for unix sockets the directory. */
  readonly name: string;
  readonly port: number;
  /** Our superuser access; the path, a database, is replaced as needed. */
  readonly url: string;
}

const maintenanceDatabase = 'postgres';
// Any number that nothing else locks in the maintenance database.
const registrationLock = 5_432_133_202;

/** The nodes of a running cluster, coordinator first, as its coordinator knows them. */
export async function listCitusNodes(coordinatorUrl: string): Promise<readonly CitusNode[]> {
  await using connection = await connect(coordinatorUrl);
  const nodes = await connection.query<{ groupid: number; nodename: string; nodeport: number }>(
    `SELECT groupid, nodename, nodeport FROM pg_dist_node
     WHERE noderole = 'primary' AND isactive ORDER BY groupid`,
  );
  const workers = nodes.filter((node) => node.groupid !== 0);
  const { hostname, port } = new URL(coordinatorUrl);
  const coordinator = nodes.find((node) => node.groupid === 0);
  return [
    {
      name: coordinator?.nodename ?? decodeURIComponent(hostname),
      port: coordinator?.nodeport ?? Number(port || 5432),
      url: coordinatorUrl,
    },
    ...workers.map((node) => ({
      name: node.nodename,
      port: node.nodeport,
      url: serverUrl(coordinatorUrl, node.nodename, node.nodeport),
    })),
  ];
}

/**
 * Makes a Citus database on the nodes, coordinator first in the list: created on each (`postgres` is there
 * already), with the extension, the nodes registered, and every node checked to reach every other. Throws
 * {@link EnvironmentError} when one does not.
 */
export async function createCitusDatabase(nodes: readonly CitusNode[], database: string): Promise<void> {
  const [coordinator, ...workers] = nodes;
  if (!coordinator) throw new RangeError('a cluster has at least one node');
  await Promise.all(nodes.map((node) => prepareNode(node, database)));
  await using _turn = await takeTurn(coordinator);
  await using connection = await connect(databaseUrl(coordinator.url, database));
  // Before any table exists: Citus else registers the coordinator as `localhost` and then refuses other hosts.
  await connection.query('SELECT citus_set_coordinator_host($1, $2)', [coordinator.name, coordinator.port]);
  for (const worker of workers) {
    await connection.query('SELECT citus_add_node($1, $2)', [worker.name, worker.port]);
  }
  if (workers.length === 0) {
    await connection.query('SELECT citus_set_node_property($1, $2, $3, true)', [
      coordinator.name,
      coordinator.port,
      'shouldhaveshards',
    ]);
  }
  await checkConnections(connection, database);
}

/** Registers one more node, coordinator first in the list, in a Citus database of theirs. */
export async function addWorkerTo(
  nodes: readonly CitusNode[],
  database: string,
  worker: CitusNode,
): Promise<void> {
  const [coordinator] = nodes;
  if (!coordinator) throw new RangeError('a cluster has at least one node');
  await prepareNode(worker, database);
  await using _turn = await takeTurn(coordinator);
  await using connection = await connect(databaseUrl(coordinator.url, database));
  // Ends without effect when the new node cannot be reached by all.
  await connection.query('BEGIN');
  await connection.query('SELECT citus_add_node($1, $2)', [worker.name, worker.port]);
  await checkConnections(connection, database);
  await connection.query('COMMIT');
}

/** Adding a node alters its roles, which its databases share: two at once fail with `tuple concurrently updated`. */
async function takeTurn(coordinator: CitusNode): Promise<Connection> {
  const connection = await connect(databaseUrl(coordinator.url, maintenanceDatabase));
  await connection.query('SELECT pg_advisory_lock($1)', [registrationLock]);
  return connection;
}

/**
 * Throws {@link EnvironmentError} unless every node reaches every other: citus_add_node returns an id even when they
 * cannot connect.
 */
async function checkConnections(connection: Connection, database: string): Promise<void> {
  const broken = await connection.query<{ from_nodename: string; to_nodename: string }>(
    'SELECT from_nodename, to_nodename FROM citus_check_cluster_node_health() WHERE result IS NOT TRUE',
  );
  if (broken.length === 0) return;
  const pairs = broken.map((pair) => `${pair.from_nodename} → ${pair.to_nodename}`).join(', ');
  throw new EnvironmentError(`nodes of the Citus database ${database} cannot connect: ${pairs}`, {
    hint: 'Check pg_hba.conf, passwords (pg_dist_authinfo) and citus.node_conninfo on each node.',
  });
}

/** Drops a database on every node, with whoever is connected to it; on those that answer, also where others do not. */
export async function dropCitusDatabase(nodes: readonly CitusNode[], database: string): Promise<void> {
  const name = quoteIdentifier(database);
  // Citus' daemons come back faster than FORCE sends them away.
  const closed = await Promise.allSettled(
    nodes.map((node) => onDatabase(node, database, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)),
  );
  // One node after the other: nobody can end a daemon while it waits to connect where the database is being dropped.
  const failures: unknown[] = closed.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  for (const [index, node] of nodes.entries()) {
    if (closed[index]?.status === 'rejected') continue;
    try {
      await onDatabase(node, database, `DROP DATABASE ${name} WITH (FORCE)`);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Does something to a database where it exists, on this node alone: Citus would pass it on. */
async function onDatabase(node: CitusNode, database: string, statement: string): Promise<void> {
  await using connection = await connect(databaseUrl(node.url, maintenanceDatabase));
  await connection.query('SET citus.enable_ddl_propagation = off');
  const there = await connection.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (there.length > 0) await connection.query(statement);
}

async function prepareNode(node: CitusNode, database: string): Promise<void> {
  if (database !== maintenanceDatabase) {
    await using maintenance = await connect(databaseUrl(node.url, maintenanceDatabase));
    await maintenance.query('SET citus.enable_ddl_propagation = off');
    await maintenance.query(`CREATE DATABASE ${quoteIdentifier(database)}`);
  }
  await using connection = await connect(databaseUrl(node.url, database));
  // Images for containers come with it in their first database.
  await connection.query('CREATE EXTENSION IF NOT EXISTS citus');
}
