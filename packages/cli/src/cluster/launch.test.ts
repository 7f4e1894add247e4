import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cluster } from '../cluster.ts';
import { runInProcess } from '../in-process.test-support.ts';

let home = '';

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sw-cli-'));
  process.env.SHARDWRIGHT_HOME = home;
  await writeFile(path.join(home, 'empty'), '\nsecond line\n');
});

afterAll(async () => {
  delete process.env.SHARDWRIGHT_HOME;
  await rm(home, { recursive: true, force: true });
});

test.each([
  [['up', '--memory', '4'], /--memory takes a size such as 512MB or 4GB, not "4"/],
  [['up', '--memory', '9kB'], /--memory takes a size/],
  [['up', '--set', 'work_mem'], /--set takes NAME=VALUE, not "work_mem"/],
  [['up', '--worker-set', '1=2'], /--worker-set takes NAME=VALUE/],
  [['up', '--workers', '-1'], /--workers takes one whole number of at least 0/],
  [['up', '--workers', '1000'], /--workers takes at most 64, not 1000/],
  [['up', '--port', '99999'], /--port takes a port, and 99999 is none/],
  [['up', '--provider', 'existing'], /--provider does not know "existing"/],
  [['up', '--password', 'a', '--password-file', 'b'], /are two passwords/],
  [['up', '--password-file', '/no/such/file'], /cannot read --password-file \/no\/such\/file/],
  [['up', '--name', 'postgres://a@b/c'], /by their names, not for an address/],
  [['status', '--cluster', 'mysql://a@b/c'], /neither a name nor a postgres:/],
  [['status', '--cluster', '../other'], /neither a name nor a postgres:/],
  [['status'], /there is no cluster here/],
  [['down', '--name', 'shop'], /there is no cluster named shop/],
  [['down', '--name', 'shop', '--volumes'], /there is no cluster named shop/],
  [['down', '--stale', '--volumes'], /--stale is for what belongs to no cluster/],
  [['logs', '--cluster', 'postgres://a@b/c'], /was not started here/],
  [['psql', 'SELECT 1'], /unexpected "SELECT 1"\nhint: usage: cluster psql \[options\] \[-- words…\]/],
  [['psql', '-c', 'SELECT 1'], /-c says here which cluster is meant.*\nhint: .* cluster psql -- -c/],
  [['rebalance', '--stop', '--threshold', '0.1'], /--stop ends the rebalance that runs/],
  [['failover', 'worker-1'], /failover needs --to HOST:PORT\nhint: E\.g\. --to/],
])('%j is refused', async (argv, message) => {
  const { code, stdout, stderr } = await runInProcess(cluster, argv);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^cluster: .*\n(hint: .*\n)?$/);
});

test('a password file that begins with an empty line holds no password', async () => {
  const { stderr } = await runInProcess(cluster, ['up', '--password-file', path.join(home, 'empty')]);
  expect(stderr).toMatch(/begins with an empty line\nhint: its first line is the password\./);
});

test('without clusters, lists are empty', async () => {
  expect(await runInProcess(cluster, ['list'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'There is no cluster here. Start one with: cluster up\n',
  });
  expect(JSON.parse((await runInProcess(cluster, ['list', '--json'])).stdout)).toEqual({
    schemaVersion: '1.0',
    clusters: [],
  });
});

test('an address is told as it is given, and to others without its password', async () => {
  const url = ['url', '--cluster', 'postgres://anna:s3cr3t-word@db.example:6432/shop?sslmode=require'];
  expect((await runInProcess(cluster, url)).stdout).toBe(
    'postgres://anna:s3cr3t-word@db.example:6432/shop?sslmode=require\n',
  );
  expect((await runInProcess(cluster, [...url, '--no-password', '--database', 'a b'])).stdout).toBe(
    'postgres://anna@db.example:6432/a%20b?sslmode=require\n',
  );
});

test('settings can be seen with their reasons before anything is started', async () => {
  const memory = ['up', '--show-settings', '--workers', '4', '--memory', '17GB', '--set', 'jit=off'];
  const { settings } = JSON.parse((await runInProcess(cluster, [...memory, '--json'])).stdout);
  const value = (role: string, name: string) =>
    settings[role].find((one: { name: string }) => one.name === name).value;
  // A worker gets four times what the coordinator gets, and a quarter of that is for shared buffers.
  expect([value('coordinator', 'shared_buffers'), value('worker', 'shared_buffers')]).toEqual([
    '256MB',
    '1024MB',
  ]);
  expect(settings.worker.at(-1)).toEqual({ name: 'jit', value: 'off', why: 'as you asked' });
  for (const columns of [80, 140]) {
    const { stdout } = await runInProcess(cluster, memory, { columns });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('without any Citus, it says what was looked for', async () => {
  const { code, stderr } = await runInProcess(cluster, ['up', '--provider', 'local'], {
    env: { PG_BIN: '/nonexistent' },
  });
  expect(code).toBe(4);
  expect(stderr).toMatch(/^cluster: .*\/nonexistent.*\nhint: /);
});
