import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunningCluster } from '../../cluster.ts';
import { type Coordinator, openCoordinator } from '../coordinator.ts';
import { checkHealth } from '../health/check-health.ts';
import { type ClusterNode, listNodes } from '../list-nodes.ts';
import { isSameNode } from '../node-address.ts';
import { startPrivate, worker } from '../private-cluster.test-support.ts';
import { failoverNode } from './failover-node.ts';
import { requirePassword } from './require-password.test-support.ts';
import { type Standby, startStandby } from './standby.test-support.ts';

const provider = inject('citusProvider');
let cluster: RunningCluster;
let coordinator: Coordinator;
let standby: Standby;
let node: ClusterNode;

beforeAll(async () => {
  if (provider.kind !== 'local') return;
  const started = await startPrivate({
    workers: 2,
    seed: `CREATE TABLE orders (id bigint PRIMARY KEY);
           SELECT create_distributed_table('orders', 'id', shard_count := 4);
           INSERT INTO orders SELECT generate_series(1, 100)`,
  });
  if (!started) return;
  cluster = started;
  coordinator = await openCoordinator(cluster.url());
  standby = await startStandby(worker(cluster, 1), { installation: provider.installation, port: 5499 });
  const found = (await listNodes(coordinator)).find((each) => isSameNode(each, worker(cluster, 1)));
  if (found) node = found;
});

afterAll(async () => {
  await coordinator?.end();
  await standby?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach((context) => {
  if (!standby) context.skip('a standby is made with pg_basebackup of the local provider');
});

async function known(): Promise<unknown> {
  return coordinator.query('SELECT * FROM pg_dist_node ORDER BY nodeid');
}

async function failover(to: { readonly name: string; readonly port: number }, options = {}) {
  const now = (await listNodes(coordinator)).find(({ id }) => id === node.id) ?? node;
  return failoverNode(coordinator, now, { name: to.name, port: to.port }, options, quietContext());
}

async function expectRefusal(attempt: () => Promise<unknown>, message: RegExp, hint: RegExp): Promise<void> {
  const before = await known();
  await expect(attempt()).rejects.toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect(await known()).toEqual(before);
}

test('a server that cannot be reached, or is in the cluster already, takes nobody’s place', async () => {
  await expectRefusal(
    () => failover({ name: standby.name, port: 5498 }),
    /cannot connect to/,
    /Start the server/,
  );
  await expectRefusal(() => failover(worker(cluster, 2)), /in the cluster already/, /standby/);
});

test('while the old server runs, its standby is refused: what is written meanwhile would be lost', async () => {
  await expectRefusal(() => failover(standby, { promote: true }), /still runs/, /--force/);
});

test('a server that holds other data is refused, whether the old one runs or not', async () => {
  const stranger = await cluster.addWorker();
  await coordinator.query('SELECT citus_remove_node($1, $2)', [stranger.name, stranger.port]);
  await expectRefusal(() => failover(stranger), /is no copy of .* does not remember being node/, /--force/);
  await worker(cluster, 1).stop();
  await expectRefusal(() => failover(stranger), /does not remember being node/, /--force/);
});

test('a standby is promoted only when asked, then takes the place and the rows are there', async () => {
  await expectRefusal(() => failover(standby), /is still a standby/, /--promote/);
  const result = await failover(standby, { promote: true });
  expect(result).toMatchObject({
    isPromoted: true,
    from: { port: node.port },
    node: { id: node.id, port: standby.port },
  });
  expect(await coordinator.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 100 }]);
  await coordinator.query('INSERT INTO orders SELECT generate_series(101, 200)');
  expect((await checkHealth(coordinator)).findings).toEqual([]);
  // The other worker knows the new address, too.
  await using session = await connect(worker(cluster, 2).url);
  expect(await session.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 200 }]);
});

test('when not all nodes reach the new server, the old address is put back', async () => {
  // Back to the old server, which meanwhile asks for a password that only the coordinator knows.
  const old = worker(cluster, 1);
  await old.start();
  await using session = await connect(old.url);
  const { password } = await requirePassword(old, session);
  await coordinator.query("INSERT INTO pg_dist_authinfo VALUES (0, 'postgres', $1)", [
    `password=${password}`,
  ]);
  await expectRefusal(
    () => failover(old, { force: true }),
    /was put back: no connection from .* to/,
    /Every node connects/,
  );
  expect(await coordinator.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 200 }]);
});
