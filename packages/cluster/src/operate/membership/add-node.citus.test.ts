import { type ProgressEvent, quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunningCluster, RunningNode } from '../../cluster.ts';
import { databaseUrl } from '../../database/database-url.ts';
import { type Coordinator, openCoordinator } from '../coordinator.ts';
import { findNode } from '../find-node.ts';
import { listNodes } from '../list-nodes.ts';
import { formatNode } from '../node-address.ts';
import { notOurs, startPrivate, worker } from '../private-cluster.test-support.ts';
import { addNode } from './add-node.ts';
import { removeNode } from './remove-node.ts';
import { requirePassword } from './require-password.test-support.ts';

// A cluster is per database: in this one, the servers of the cluster's workers are strangers at first.
const database = 'adding';
let cluster: RunningCluster;
let coordinator: Coordinator;

beforeAll(async () => {
  const started = await startPrivate({ workers: 2 });
  if (!started) return;
  cluster = started;
  await on(worker(cluster, 0), 'postgres', `CREATE DATABASE ${database}`);
  await on(worker(cluster, 0), database, 'CREATE EXTENSION citus');
  coordinator = await openCoordinator(cluster.url(database));
});

afterAll(async () => {
  await coordinator?.end();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach((context) => {
  if (!cluster) context.skip(notOurs);
});

async function on(node: RunningNode, name: string, ...statements: readonly string[]): Promise<void> {
  await using session = await connect(databaseUrl(node.url, name));
  await session.query('SET citus.enable_ddl_propagation = off');
  for (const statement of statements) await session.query(statement);
}

function add(node: { readonly name: string; readonly port: number }, shards = true) {
  return addNode(coordinator, { name: node.name, port: node.port }, { shards }, quietContext());
}

/** What the cluster knows of its nodes: an add that fails leaves it as it was. */
async function known(): Promise<unknown> {
  return coordinator.query('SELECT * FROM pg_dist_node ORDER BY nodeid');
}

/** Expects a refusal that changes nothing. */
async function expectRefusal(attempt: () => Promise<unknown>, message: RegExp, hint: RegExp): Promise<void> {
  const before = await known();
  await expect(attempt()).rejects.toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect(await known()).toEqual(before);
}

test('before the coordinator has a name that workers can use, no node is added', async () => {
  await expectRefusal(
    () => add(worker(cluster, 1)),
    /coordinator is not registered/,
    /citus_set_coordinator_host/,
  );
  await coordinator.query("SELECT citus_set_coordinator_host('localhost', $1)", [worker(cluster, 0).port]);
  await expectRefusal(() => add(worker(cluster, 1)), /registered as localhost/, /citus_set_coordinator_host/);
  const { name, port } = worker(cluster, 0);
  await coordinator.query('SELECT citus_set_coordinator_host($1, $2)', [name, port]);
});

test('a host that cannot be reached is told with the reason', async () => {
  const { port } = worker(cluster, 1);
  await expectRefusal(
    () => add({ name: 'no-such-host.invalid', port }),
    /cannot connect to no-such-host.*translate/,
    /resolve/,
  );
  await expectRefusal(
    () => add({ name: worker(cluster, 1).name, port: 1 }),
    /cannot connect to .*:1:/,
    /Start the server/,
  );
});

test('a server without the database, without citus, or with another version of it is told what it lacks', async () => {
  const node = worker(cluster, 1);
  await expectRefusal(() => add(node), /database "adding" does not exist/, /CREATE EXTENSION citus/);
  await on(node, 'postgres', `CREATE DATABASE ${database}`);
  await expectRefusal(
    () => add(node),
    /has no extension citus in its database adding/,
    /shared_preload_libraries/,
  );
  await on(
    node,
    database,
    'SET citus.enable_version_checks = off',
    "CREATE EXTENSION citus VERSION '12.1-1'",
  );
  await expectRefusal(
    () => add(node),
    /has citus 12\.1-1, the coordinator 13/,
    /ALTER EXTENSION citus UPDATE/,
  );
  await on(
    node,
    database,
    'SET citus.enable_version_checks = off',
    'DROP EXTENSION citus',
    'CREATE EXTENSION citus',
  );
});

test('a server is added once, and adding it again changes nothing', async () => {
  const node = worker(cluster, 1);
  expect(await add(node)).toMatchObject({
    outcome: 'added',
    node: { role: 'worker', shouldHaveShards: true },
  });
  expect(await add(node)).toMatchObject({ outcome: 'unchanged', node: { port: node.port } });
});

test('after a drain, adding the node again lets it have shards again, or still not', async () => {
  const node = worker(cluster, 1);
  expect((await add(node, false)).outcome).toBe('shards-kept-away');
  expect((await add(node, false)).outcome).toBe('unchanged');
  expect((await add(node)).outcome).toBe('shards-allowed');
});

test('a known node that cannot be reached is no success, whatever citus_add_node returns', async () => {
  const node = worker(cluster, 1);
  await node.stop();
  try {
    await expectRefusal(
      () => add(node),
      /is in the cluster already \(node \d+\), but does not answer/,
      /failover/,
    );
    expect(await coordinator.query('SELECT citus_add_node($1, $2)', [node.name, node.port])).toHaveLength(1);
  } finally {
    await node.start();
  }
});

test('a node whose password only the coordinator knows is not added, nor is one with a wrong password', async (context) => {
  const node = worker(cluster, 2);
  await on(node, 'postgres', `CREATE DATABASE ${database}`);
  await on(node, database, 'CREATE EXTENSION citus');
  if (inject('citusProvider').kind === 'containers') {
    expect((await add(node)).outcome).toBe('added');
    return context.skip('there all nodes have it in PGPASSWORD');
  }
  // Open before anyone is asked for a password.
  await using session = await connect(databaseUrl(node.url, database));
  const { password, isNew } = await requirePassword(node, session);
  const authenticate = (text: string) =>
    `INSERT INTO pg_dist_authinfo VALUES (0, 'postgres', 'password=${text}')`;
  await expectRefusal(() => add(node), /no password supplied/, /pg_dist_authinfo/);
  await coordinator.query(authenticate('not-it'));
  await expectRefusal(() => add(node), /password authentication failed/, /pg_dist_authinfo/);
  await coordinator.query('DELETE FROM pg_dist_authinfo');
  await coordinator.query(authenticate(password));
  await expectRefusal(
    () => add(node),
    /the coordinator can connect to .*, but .* cannot/,
    /pg_dist_authinfo lacks the password/,
  );
  await on(worker(cluster, 1), database, authenticate(password));
  await session.query(authenticate(password));
  if (isNew) {
    // The coordinator's role has none, and gives this to the nodes that are added.
    await expectRefusal(() => add(node), /was taken out again: once added, .*password/, /ALTER ROLE/);
    await coordinator.query(`ALTER ROLE postgres PASSWORD '${password}'`);
    await session.query(`ALTER ROLE postgres PASSWORD '${password}'`);
  }
  expect((await add(node)).outcome).toBe('added');
});

test('a node that holds shards is not removed, but named with its tables; an empty one is, and can come back', async () => {
  const node = worker(cluster, 2);
  const found = async () => findNode(await listNodes(coordinator), formatNode(node));
  await coordinator.query('CREATE TABLE orders (id bigint PRIMARY KEY)');
  await coordinator.query("SELECT create_distributed_table('orders', 'id', shard_count := 4)");
  const removal = async () => removeNode(coordinator, await found());
  await expectRefusal(removal, /holds 2 shards: orders \(2\)/, /cluster drain/);
  await coordinator.query('DROP TABLE orders');
  await removal();
  await expect(found()).rejects.toThrow('no node of the cluster is called');
  const events: ProgressEvent[] = [];
  const { name, port } = node;
  const added = await addNode(
    coordinator,
    { name, port },
    {},
    quietContext({ emit: (event) => events.push(event) }),
  );
  expect(added.outcome).toBe('added');
  expect(events).toEqual([]);
});

test('a node is removed while transactions are recovered, too', async () => {
  const node = findNode(await listNodes(coordinator), formatNode(worker(cluster, 2)));
  await using recovery = await coordinator.another();
  await recovery.query('INSERT INTO pg_dist_transaction (groupid, gid) VALUES ($1, $2)', [
    node.groupId,
    'old',
  ]);
  await recovery.query('BEGIN');
  await recovery.query('SELECT recover_prepared_transactions()');
  const removal = removeNode(coordinator, node);
  const waits = () => recovery.query("SELECT FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'");
  await expect.poll(waits).toHaveLength(1);
  await recovery.query('COMMIT');
  await removal;
  expect(await recovery.query('SELECT FROM pg_dist_node WHERE nodeid = $1', [node.id])).toEqual([]);
});

test('the coordinator cannot be removed', async () => {
  const removal = async () => removeNode(coordinator, findNode(await listNodes(coordinator), 'coordinator'));
  await expectRefusal(removal, /is the coordinator/, /worker/);
});
