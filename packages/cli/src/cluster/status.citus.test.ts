import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { cluster } from '../cluster.ts';
import { runInProcess } from '../in-process.test-support.ts';

const database = citusDatabase();

beforeAll(async () => {
  await using connection = await database.connect();
  await connection.query('CREATE TABLE orders (id bigint PRIMARY KEY, note text)');
  await connection.query("SELECT create_distributed_table('orders', 'id', shard_count := 6)");
  await connection.query("INSERT INTO orders SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i");
});

const status = (...more: readonly string[]) => ['status', '--cluster', database.url, ...more];

test('nodes are told with their role, state, shards and size', async () => {
  const { code, stdout, stderr } = await runInProcess(cluster, status(), { columns: 140 });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Version +Citus \d+\.\d+\.\d+ on PostgreSQL \d+\.\d+$/m);
  expect(stdout).toMatch(/^coordinator .* active +0/m);
  expect(stdout.match(/^worker .* active +3 +\d+ kB$/gm)).toHaveLength(2);
});

test('a program gets the same as JSON', async () => {
  const { code, stdout, stderr } = await runInProcess(cluster, status('--json'));
  expect([code, stderr]).toEqual([0, '']);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({ schemaVersion: '1.0', database: database.name });
  expect(
    answer.nodes.map(({ role, shards, state }: Record<string, unknown>) => [role, state, shards]),
  ).toEqual([
    ['coordinator', 'active', 0],
    ['worker', 'active', 3],
    ['worker', 'active', 3],
  ]);
  expect(answer.nodes[1].sizeBytes).toBeGreaterThan(100_000);
});

test('a node that does not answer is marked, and makes the answer a no', async () => {
  await using connection = await database.connect();
  const [added] = await connection.query<{ id: number }>(
    "SELECT citus_add_inactive_node('127.0.0.1', 1) AS id",
  );
  const inactive = await runInProcess(cluster, status('--json'));
  expect(JSON.parse(inactive.stdout).nodes[3]).toMatchObject({ port: 1, state: 'inactive' });
  expect(inactive.code).toBe(0);
  await connection.query('UPDATE pg_dist_node SET isactive = true WHERE nodeid = $1', [added?.id]);
  const { code, stdout } = await runInProcess(cluster, status(), { columns: 80 });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^worker +127\.0\.0\.1:1 +unreachable/m);
  await connection.query('DELETE FROM pg_dist_node WHERE nodeid = $1', [added?.id]);
});

test('a database without Citus is refused', async () => {
  await using connection = await database.connect();
  await connection.query('CREATE DATABASE plain_of_status');
  try {
    const plain = new URL(database.url);
    plain.pathname = '/plain_of_status';
    const { code, stderr } = await runInProcess(cluster, ['status', '--cluster', plain.href]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^cluster: .*plain_of_status has no extension citus\nhint: /);
  } finally {
    await connection.query('DROP DATABASE plain_of_status WITH (FORCE)');
  }
});

test('failures of a command that prints JSON are JSON too', async () => {
  const { code, stderr } = await runInProcess(cluster, [
    'status',
    '--json',
    '--cluster',
    'postgres://anna:s3cr3t-word@127.0.0.1:1/shop',
  ]);
  expect(code).toBe(3);
  expect(JSON.parse(stderr)).toMatchObject({ kind: 'error', exitCode: 3, hint: expect.any(String) });
  expect(stderr).not.toContain('s3cr3t-word');
});
