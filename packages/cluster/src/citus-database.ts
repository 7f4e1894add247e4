import { EnvironmentError, quoteIdentifier } from '@shardwright/core';
import { type ConnectionConfig, connect } from '@shardwright/postgres';

/** One node of a cluster: how the other nodes call it, and how we reach it. */
export interface CitusNode {
  /** As in `pg_dist_node.nodename`; for unix sockets the directory. */
  readonly name: string;
  readonly port: number;
  readonly config: ConnectionConfig;
}

const maintenanceDatabase = 'postgres';

/**
 * Makes a Citus database on the nodes, coordinator first in the list: created on each (`postgres` is there
 * already), with the extension, the nodes registered, and every node checked to reach every other. Throws
 * {@link EnvironmentError} when one does not.
 */
export async function createCitusDatabase(nodes: readonly CitusNode[], database: string): Promise<void> {
  const [coordinator, ...workers] = nodes;
  if (!coordinator) throw new RangeError('a cluster has at least one node');
  await Promise.all(nodes.map((node) => prepareNode(node, database)));

  await using connection = await connect({ ...coordinator.config, database });
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
  // citus_add_node returns an id even when the nodes cannot connect to one another.
  const broken = await connection.query<{ from_nodename: string; to_nodename: string }>(
    'SELECT from_nodename, to_nodename FROM citus_check_cluster_node_health() WHERE result IS NOT TRUE',
  );
  if (broken.length > 0) {
    const pairs = broken.map((pair) => `${pair.from_nodename} → ${pair.to_nodename}`).join(', ');
    throw new EnvironmentError(`nodes of the Citus database ${database} cannot connect: ${pairs}`, {
      hint: 'Check pg_hba.conf, passwords (pg_dist_authinfo) and citus.node_conninfo on each node.',
    });
  }
}

/** Drops a database on every node, with whoever is connected to it. */
export async function dropCitusDatabase(nodes: readonly CitusNode[], database: string): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      await using connection = await connect({ ...node.config, database: maintenanceDatabase });
      // Each node is told itself; Citus must not pass it on as well.
      await connection.query('SET citus.enable_ddl_propagation = off');
      await connection.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`);
    }),
  );
}

async function prepareNode(node: CitusNode, database: string): Promise<void> {
  if (database !== maintenanceDatabase) {
    await using maintenance = await connect({ ...node.config, database: maintenanceDatabase });
    await maintenance.query('SET citus.enable_ddl_propagation = off');
    await maintenance.query(`CREATE DATABASE ${quoteIdentifier(database)}`);
  }
  await using connection = await connect({ ...node.config, database });
  await connection.query('CREATE EXTENSION citus');
}
