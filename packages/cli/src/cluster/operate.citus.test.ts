import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { cluster } from '../cluster.ts';
import { runInProcess, type Scene } from '../in-process.test-support.ts';
import { withoutPassword } from './without-password.ts';

const database = citusDatabase();

beforeAll(async () => {
  await using connection = await database.connect();
  await connection.query('CREATE TABLE orders (id bigint PRIMARY KEY, note text)');
  await connection.query("SELECT create_distributed_table('orders', 'id', shard_count := 4)");
  await connection.query("INSERT INTO orders SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i");
});

function run(argv: readonly string[], scene: Scene = { columns: 140 }) {
  return runInProcess(cluster, [...argv, '--cluster', database.url], scene);
}

async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run([...argv, '--json']);
  return { code, stderr, answer: stdout === '' ? undefined : JSON.parse(stdout) };
}

/** A worker of the database as commands take it. */
function workerName(number: number): string {
  const { name, port } = database.nodes[number] ?? { name: '', port: 0 };
  return name.startsWith('/') ? `:${port}` : `${name}:${port}`;
}

test('health tells that all links work, and ends with 1 when a node is wrong', async () => {
  const good = await run(['health']);
  expect(good.stdout).toMatch(/^Links +9 of 9 work$/m);
  expect(good.code).toBe(0);
  await using connection = await database.connect();
  await connection.query("SELECT citus_add_inactive_node('127.0.0.1', 1)");
  const bad = await run(['health']);
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/^error +127\.0\.0\.1:1 is not active +node-inactive$/m);
  expect(bad.stdout).toContain("SELECT citus_activate_node('127.0.0.1', 1)");
  const { answer } = await json('health');
  expect(answer).toMatchObject({
    isHealthy: false,
    findings: [{ check: 'node-inactive', severity: 'error' }],
  });
  await connection.query("SELECT citus_remove_node('127.0.0.1', 1)");
});

test('shards tells sizes by node and table, and of one table shard by shard', async () => {
  const all = await run(['shards']);
  expect(all.stdout).toMatch(/^orders +distributed +id +\d+ +4 +[\d.]+ [kM]B +5\.00 k/m);
  const { answer } = await json('shards', 'orders');
  expect(answer.shards).toHaveLength(4);
  expect(answer.tables).toMatchObject([{ table: 'orders', shardCount: 4, emptyShards: 0 }]);
  expect((await run(['shards', 'nothing'])).code).toBe(2);
});

test('explain tells class, tasks and nodes; a statement that Citus refuses ends with 1 and its words', async () => {
  const { stdout, code } = await run(['explain', 'SELECT count(*) FROM orders']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Class +pushdown: /m);
  expect(stdout).toMatch(/^Tasks +4$/m);
  expect(stdout).toMatch(/^Task 1 of 4 on /m);
  const every = await run(['explain', 'SELECT count(*) FROM orders', '--all', '--analyze']);
  expect(every.stdout.match(/^Task \d of 4/gm)).toHaveLength(4);
  const refused = await run(['explain', 'UPDATE orders SET id = 1 WHERE id = 2']);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('modifying the partition value of rows is not allowed');
  expect((await run(['explain', 'SELEC'])).code).toBe(3);
});

test('what moves or removes asks first, and a no changes nothing', async () => {
  const drain = await run(['drain', workerName(2)], { typed: 'n\n' });
  expect(drain.stderr).toMatch(/Move 2 shards, .* off .*\[y\/N\].*Nothing was changed/s);
  expect(drain.code).toBe(1);
  expect((await run(['drain', workerName(2)])).code).toBe(2);
  const remove = await run(['remove', workerName(2), '--yes']);
  expect([remove.code, remove.stderr]).toEqual([3, expect.stringContaining('holds 2 shards: orders (2)')]);
  expect((await json('shards')).answer.nodes).toHaveLength(2);
});

test('a worker is drained, removed, added again and given its shards back', async () => {
  const [name, { name: host, port }] = [workerName(2), database.nodes[2] ?? { name: '', port: 0 }];
  expect(await json('drain', name, '--yes')).toMatchObject({ code: 0, answer: { moves: 2 } });
  expect(await json('remove', name, '--yes')).toMatchObject({ code: 0, answer: { removed: { port } } });
  expect(await json('remove', name, '--yes')).toMatchObject({ code: 2 });
  expect(await json('add', host, String(port))).toMatchObject({ code: 0, answer: { outcome: 'added' } });
  expect(await json('add', host, String(port))).toMatchObject({ code: 0, answer: { outcome: 'unchanged' } });

  const plan = await run(['rebalance', '--plan', '--strategy', 'by_shard_count']);
  expect(plan.stdout).toMatch(/^ +1 +\S+ +\S+ +[\d.]+ [kM]B +orders \d+$/m);
  expect(plan.stdout).toMatch(/^2 moves, /m);
  expect(plan.stderr).toContain(`cluster rebalance --watch --cluster '${withoutPassword(database.url)}'`);
  const moved = await json('rebalance', 'orders', '--strategy', 'by_shard_count');
  expect(moved).toMatchObject({ code: 0, answer: { outcome: 'finished' } });
  expect(moved.answer.moves).toHaveLength(2);
  expect((await run(['rebalance', '--watch', '--strategy', 'by_shard_count'])).stdout).toBe(
    'Shards are even already: nothing was moved.\n',
  );
  expect((await run(['rebalance', '--stop'])).code).toBe(1);
});

test('a rebalance that fails at once tells why; contradictions are refused', async () => {
  expect((await run(['rebalance', '--plan', '--watch'])).code).toBe(2);
  expect((await run(['rebalance', '--threshold', '7'])).code).toBe(2);
  await using connection = await database.connect();
  await connection.query('ALTER TABLE orders DROP CONSTRAINT orders_pkey');
  const { code, stderr } = await run(['rebalance']);
  expect([code, stderr]).toEqual([3, expect.stringContaining('--transfer-mode block_writes')]);
});

test('a failover to what cannot be reached, or is no address, changes nothing', async () => {
  const refused = await run(['failover', workerName(1), '--to', '127.0.0.1:1', '--yes']);
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringContaining('cannot connect to 127.0.0.1:1'),
  ]);
  expect((await run(['failover', workerName(1), '--to', 'nowhere', '--yes'])).code).toBe(2);
  expect((await run(['health'])).code).toBe(0);
});
