import { EnvironmentError, quoteIdentifier } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { type CitusNode, createCitusDatabase } from './citus-database.ts';
import { databaseUrl } from './database-url.ts';

/**
 * Makes an empty Citus database on the nodes, coordinator first in the list, that {@link copyCitusDatabase} copies;
 * nobody can connect to it. Drop it as any other.
 */
export async function createCitusTemplate(nodes: readonly CitusNode[], template: string): Promise<void> {
  await createCitusDatabase(nodes, template);
  await forgetTransactions(databaseUrl(nodes[0]?.url ?? '', template));
  await Promise.all(
    nodes.map(async (node) => {
      await using connection = await connect(node.url);
      await connection.query(`ALTER DATABASE ${quoteIdentifier(template)} ALLOW_CONNECTIONS false`);
      // Citus' maintenance daemon, which would stand in the way of a copy; it cannot come back.
      await connection.query(
        'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1',
        [template],
      );
    }),
  );
}

/**
 * Deletes what the registration of the nodes left in pg_dist_transaction. The maintenance daemon of every copy would
 * do so in its first second, and a citus_remove_node at that time fail with `tuple concurrently deleted`: it deletes
 * the same rows without the lock of transaction recovery.
 */
async function forgetTransactions(coordinatorUrl: string): Promise<void> {
  await using connection = await connect(coordinatorUrl);
  await connection.query('SELECT recover_prepared_transactions()');
}

/**
 * Makes a Citus database on the nodes as a copy of a template, with the nodes registered that the template knows:
 * a third of the time that {@link createCitusDatabase} takes. That they reach one another was seen when the template
 * was made; that each has the copy is seen here. Throws {@link EnvironmentError} when one does not answer.
 */
export async function copyCitusDatabase(
  nodes: readonly CitusNode[],
  template: string,
  database: string,
): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      await using connection = await connect(node.url);
      // Each node is told itself; Citus must not pass it on as well.
      await connection.query('SET citus.enable_ddl_propagation = off');
      await connection.query(
        `CREATE DATABASE ${quoteIdentifier(database)} TEMPLATE ${quoteIdentifier(template)}`,
      );
    }),
  );
  await using connection = await connect(databaseUrl(nodes[0]?.url ?? '', database));
  const silent = await connection.query<{ nodeid: number; result: string }>(
    "SELECT nodeid, result FROM run_command_on_all_nodes('SELECT 1') WHERE NOT success",
  );
  if (silent.length === 0) return;
  const reasons = silent.map(({ nodeid, result }) => `node ${nodeid}: ${result}`).join('; ');
  throw new EnvironmentError(`the copy ${database} of ${template} does not answer everywhere: ${reasons}`, {
    hint: 'Drop both, and make the template anew.',
  });
}
