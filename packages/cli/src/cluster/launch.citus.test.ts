import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { databaseUrl, findCluster, listClusters, removeCluster } from '@shardwright/cluster';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { cluster } from '../cluster.ts';
import { type Outcome, runInProcess, type Scene } from '../in-process.test-support.ts';
import { startCommand } from '../process.test-support.ts';

const provider = inject('citusProvider');
let home = '';

/** A cluster that all tests but the last ones share. */
const shop = {
  user: 'app',
  password: 'only-you-know-it',
  database: 'shop',
  extensions: 'pg_trgm',
} as const;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sw-cli-'));
  // Servers may run under another account.
  await chmod(home, 0o755);
  process.env.SHARDWRIGHT_HOME = home;
  if (provider.kind === 'existing') return;
  await writeFile(path.join(home, 'password'), `${shop.password}\n`);
  const created = await upShop();
  expect(created.stderr).toContain('psql "$(cluster url)"');
  expect(created.stdout).toMatch(/^Cluster +shop, new\nNodes +coordinator and 1 worker, on ports /);
  expect(created.stdout + created.stderr).not.toContain(shop.password);
});

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip('an existing cluster is not started by us');
});

afterAll(async () => {
  for (const { name } of await listClusters()) await removeCluster(name);
  delete process.env.SHARDWRIGHT_HOME;
  await rm(home, { recursive: true, force: true });
});

const run = (argv: readonly string[], scene: Scene = {}): Promise<Outcome> =>
  runInProcess(cluster, argv, { env: { PATH: process.env.PATH ?? '' }, ...scene });

/** A small cluster, as quick as may be. */
const up = (...more: readonly string[]): Promise<Outcome> =>
  run(['up', '--provider', provider.kind, '--workers', '1', '--memory', '512MB', ...more]);

const upShop = (...more: readonly string[]): Promise<Outcome> =>
  up(
    ...['--name', 'shop', '--user', shop.user, '--database', shop.database, '--extensions', shop.extensions],
    ...['--set', 'work_mem=7MB', '--worker-set', 'work_mem=9MB'],
    ...['--password-file', path.join(home, 'password'), ...more],
  );

async function nodesOf(name: string) {
  const found = await findCluster(name);
  if (found === undefined) throw new Error(`there is no cluster ${name}`);
  return found.nodes;
}

test('extensions and settings reach every node', async () => {
  const [coordinator, worker] = (await nodesOf('shop')).map(({ url }) => databaseUrl(url, shop.database));
  const seen = async (url = '') => {
    await using connection = await connect(url);
    return await connection.query(
      "SELECT current_setting('work_mem') AS memory, count(*)::int AS extensions FROM pg_extension WHERE extname = 'pg_trgm'",
    );
  };
  expect(await seen(coordinator)).toEqual([{ memory: '7MB', extensions: 1 }]);
  expect(await seen(worker)).toEqual([{ memory: '9MB', extensions: 1 }]);
});

test('a worker that gets no shards is given them again by its label', async () => {
  const kept = await run(['add', 'worker-1', '--no-shards']);
  expect([kept.code, kept.stdout]).toEqual([0, expect.stringMatching(/^worker-1 .* no new shards/)]);
  const allowed = await run(['add', 'worker-1', '--json']);
  expect(JSON.parse(allowed.stdout)).toMatchObject({
    outcome: 'shards-allowed',
    node: { label: 'worker-1', shouldHaveShards: true },
  });
});

test('a cluster is stopped with its data, and started again as it was', async () => {
  const url = (await run(['url'])).stdout.trim();
  await using connection = await connect(url);
  await connection.query('CREATE TABLE orders (id bigint PRIMARY KEY)');
  await connection.query("SELECT create_distributed_table('orders', 'id')");
  await connection.end();
  expect((await run(['status'])).stdout).toMatch(/^worker-1 +127\.0\.0\.1:\d+ +active +32 /m);

  expect((await run(['down'])).stderr).toContain('The cluster shop is stopped; its data stays.');
  const stopped = await run(['status']);
  expect([stopped.code, stopped.stdout]).toEqual([1, expect.stringMatching(/^Cluster +shop, stopped$/m)]);
  expect((await run(['list'])).stdout).toMatch(/^shop +stopped +1 /m);
  expect(await startCommand('cluster', ['psql']).ended).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/is stopped\nhint: .*cluster up/),
  });

  expect((await upShop()).stdout).toMatch(/^Cluster +shop, started again$/m);
  expect((await upShop()).stdout).toMatch(/^Cluster +shop, running already$/m);
  expect((await run(['status'])).stdout).toMatch(/^worker-1 .* active +32 /m);
});

test('the password is in what was asked for, and nowhere else', async () => {
  const asked = [await run(['url']), await run(['url', '--json']), await upShop('--json')];
  for (const { stdout } of asked)
    expect(stdout).toMatch(/postgres:\/\/app:only-you-know-it@127\.0\.0\.1:\d+\/shop/);
  const silent = [
    await upShop(),
    await up('--name', 'shop', '--json', '--verbose', '--password', 'only-me-knows-it'),
    await run(['url', '--no-password', '--node', 'worker-1']),
    await run(['status', '--verbose']),
    await run(['list', '--json']),
    await run(['logs', '--tail', '1000']),
  ];
  for (const { stdout, stderr } of silent) expect(stdout + stderr).not.toMatch(/only-(you|me)/);
  expect(silent.map(({ code }) => code)).toEqual([0, 2, 0, 0, 0, 0]);
});

test('a cluster that is there is never changed by asking for another', async () => {
  const refused = [
    await upShop('--set', 'work_mem=8MB', '--set', 'jit=off'),
    await upShop('--port', '1234'),
    await run(['up', '--name', 'shop', '--workers', '2']),
    await run(['up', '--name', 'shop', '--memory', '9GB']),
  ];
  expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(refused[0]?.stderr).toMatch(
    /^cluster: the cluster shop is there already, with work_mem = 7MB on its coordinator\nhint: /,
  );
  const lacking = await run(['up', '--name', 'shop', '--extensions', 'pg_trgm,hstore']);
  expect(lacking.stderr.match(/warning: .*/g)).toEqual([
    expect.stringContaining('no extension hstore; to make it: CREATE EXTENSION hstore'),
  ]);
});

test('a node that died is told by status, and started by up', async () => {
  const [coordinator, worker] = await nodesOf('shop');
  await worker?.kill();
  const one = await run(['status']);
  expect(one.code).toBe(1);
  expect(one.stdout).toMatch(/^worker-1 .* unreachable/m);
  expect(one.stdout).toMatch(/^worker-1: .*(refused|No such file|could not translate host name)/m);
  await coordinator?.kill();
  await worker?.start();
  expect((await run(['status'])).stdout).toMatch(/^coordinator .* stopped\nworker-1 .* running/m);
  expect((await upShop()).stdout).toMatch(/started again/);
  expect((await run(['status'])).code).toBe(0);
});

test('psql gets its own words, its input and its exit code', async () => {
  const psql = (words: readonly string[], input?: string) =>
    startCommand('cluster', ['psql', ...words], input === undefined ? {} : { input }).ended;
  expect(await psql(['--', '-Atc', 'SELECT 6 * 7'])).toEqual({ code: 0, stdout: '42\n', stderr: '' });
  expect((await psql(['--node', 'worker-1', '--', '-At'], 'SHOW port')).stdout).toMatch(/^\d+\n$/);
  expect(await psql(['--', '-c', 'SELECT nothing'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('column "nothing" does not exist'),
  });
  expect((await psql(['--', '-v', 'ON_ERROR_STOP=1', '-f', '-'], 'SELECT nothing')).code).toBe(3);
});

test.skipIf(process.platform !== 'linux')('psql does not show its password to other users', async () => {
  const session = startCommand('cluster', ['psql', '--', '-At'], { input: undefined });
  session.child.stdin.write("SELECT 'here';\n");
  await session.printed(/here/);
  const { child } = session;
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  const words = await readFile(`/proc/${children.trim()}/cmdline`, 'utf8');
  expect(words).toContain('psql');
  expect(words).not.toContain(shop.password);
  // Ctrl-C reaches both, and ends a query but not the session.
  child.kill('SIGINT');
  child.stdin.end("SELECT 'still here';\n");
  expect(await session.ended).toMatchObject({ code: 0, stdout: 'here\nstill here\n' });
});

test('logs can be followed until Ctrl-C', async () => {
  const following = startCommand('cluster', ['logs', '--follow', 'coordinator', '--tail', '1']);
  await following.printed(/\n/);
  await using connection = await connect((await run(['url'])).stdout.trim());
  await expect(connection.query('SELECT no_such_column')).rejects.toThrow();
  await following.printed(/column "no_such_column" does not exist/);
  await connection.query("DO $$ BEGIN FOR n IN 1..2000 LOOP RAISE LOG 'burst %', n; END LOOP; END $$");
  await following.printed(/burst 2000\n/);
  following.child.kill('SIGINT');
  const { code, stdout, stderr } = await following.ended;
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.match(/burst \d+$/gm)).toHaveLength(2000);
  const all = await run(['logs', '--tail', '3']);
  expect(all.stdout).toMatch(/^coordinator │ .*\n/m);
  expect(all.stdout).toMatch(/^worker-1 {4}│ .*\n/m);
  expect((await run(['logs', 'worker-7'])).stderr).toMatch(
    /no node worker-7\nhint: it has coordinator, worker-1/,
  );
});

test('with several clusters, one has to be named, and is removed only after a yes', async () => {
  await up('--name', 'other');
  const { code, stderr } = await run(['url']);
  expect([code, stderr]).toEqual([
    2,
    'cluster: there are 2 clusters here\nhint: say which with --cluster or SHARDWRIGHT_CLUSTER: other, shop.\n',
  ]);
  const other = { env: { SHARDWRIGHT_CLUSTER: 'other' } };
  expect((await run(['url'], other)).code).toBe(0);
  expect((await run(['url', '--cluster', 'shpo'])).stderr).toMatch(/no cluster named shpo\nhint: there are/);
  expect((await run(['down', '--cluster', 'postgres://a@b/c'])).code).toBe(2);

  const nobody = await run(['down', '--volumes'], other);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('repeat the command with --yes')]);
  const no = await run(['down', '--volumes'], { ...other, typed: 'n\n' });
  expect([no.code, no.stderr]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
  expect((await listClusters()).map(({ name }) => name)).toEqual(['other', 'shop']);
  const yes = await run(['down', '--volumes'], { ...other, typed: 'yes\n' });
  expect([yes.code, yes.stderr]).toEqual([0, expect.stringContaining('The cluster other is gone.')]);
  expect((await listClusters()).map(({ name }) => name)).toEqual(['shop']);
});

test('a port that another program uses is named, and nothing is left', async () => {
  const squatter = createServer().listen(29_741, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    const { code, stderr } = await up('--name', 'other', '--port', '29740');
    expect(code).toBe(4);
    expect(stderr).toMatch(/^cluster: .*another program listens on port 29741\nhint: .*--port/m);
    expect(await listClusters()).toHaveLength(1);
  } finally {
    squatter.close();
  }
});

test('Ctrl-C while a cluster is made leaves nothing of it', async () => {
  const starting = startCommand('cluster', ['up', '--name', 'other', '--provider', provider.kind, '--json']);
  await starting.told(/"phase":"starting nodes"/);
  starting.child.kill('SIGINT');
  const { code, stdout, stderr } = await starting.ended;
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toContain('of a cluster that was being made nothing is left');
  expect((await listClusters()).map(({ name }) => name)).toEqual(['shop']);
});

test('what a killed process left unfinished is listed and removed', async () => {
  const starting = startCommand('cluster', ['up', '--name', 'other', '--provider', provider.kind, '--json']);
  await starting.told(/"phase":"starting nodes"/);
  starting.child.kill('SIGKILL');
  await starting.ended;
  expect((await run(['list'])).stdout).toMatch(/^other +unfinished/m);
  expect((await run(['status', '--name', 'other'])).stderr).toContain('cluster down --stale');
  expect((await run(['list', '--stale'])).stdout).toMatch(/^unfinished cluster +other$/m);
  expect((await run(['down', '--stale', '--yes'])).code).toBe(0);
  expect((await listClusters()).map(({ name }) => name)).toEqual(['shop']);
});
