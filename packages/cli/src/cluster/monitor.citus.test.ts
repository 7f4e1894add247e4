import { citusDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { cluster } from '../cluster.ts';
import { runInProcess } from '../in-process.test-support.ts';
import { startCommand } from '../process.test-support.ts';

const database = citusDatabase();
const monitor = (...more: readonly string[]) => ['monitor', '--cluster', database.url, ...more];

beforeAll(async () => {
  await using connection = await database.connect();
  await connection.query('CREATE TABLE orders (id bigint PRIMARY KEY, note text)');
  await connection.query("SELECT create_distributed_table('orders', 'id', shard_count := 4)");
});

test('one look shows nodes, shards and what is not counted, in 80 characters', async () => {
  const { code, stdout, stderr } = await runInProcess(cluster, monitor(), { columns: 80 });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toMatch(/^Nodes/m);
  expect(stdout).toMatch(/^ {2}public\.orders +distributed +4/m);
  expect(stdout).toMatch(/citus\.enable_stat_counters/);
});

test('a program gets the document with its version, thresholds and alerts', async () => {
  const { code, stdout } = await runInProcess(
    cluster,
    monitor('--json', '--threshold', 'connections-used=0'),
  );
  const snapshot = JSON.parse(stdout);
  expect(snapshot).toMatchObject({
    schemaVersion: 'monitor-1.0',
    database: database.name,
    thresholds: { 'connections-used': 0 },
  });
  expect(snapshot.nodes).toHaveLength(3);
  expect(snapshot.alerts.map(({ rule }: { rule: string }) => rule)).toContain('connections-used');
  expect(code).toBe(0);
});

test('an alert that is an error makes the answer a no', async () => {
  const { code, stdout } = await runInProcess(
    cluster,
    monitor('--threshold', 'connections-exhausted=0', '--threshold', 'connections-used=0'),
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ {2}error {4}\S+ runs out of connections/m);
});

test('a watch writes one document per line until it is interrupted, and that is no failure', async () => {
  const running = startCommand('cluster', monitor('--json', '--watch', '0.5'));
  await running.printed(/\n.*\n/);
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr]).toEqual([0, '']);
  const versions = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).schemaVersion);
  expect(versions.length).toBeGreaterThanOrEqual(2);
  expect(new Set(versions)).toEqual(new Set(['monitor-1.0']));
});

test('a watch that is piped prints screens one after the other', async () => {
  const running = startCommand('cluster', monitor('--watch', '0.5'));
  await running.printed(/Nodes(.|\n)*Nodes/);
  running.child.kill('SIGINT');
  const { stdout } = await running.ended;
  expect(stdout).not.toContain('\u001b');
});

test.each([
  [['--threshold', 'conections=1'], /no threshold named "conections"/],
  [['--watch', '0.1'], /every half second at most/],
  [['--top', 'many'], /--top takes one whole number/],
])('%j is refused', async (more, message) => {
  const { code, stderr } = await runInProcess(cluster, monitor(...more));
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
