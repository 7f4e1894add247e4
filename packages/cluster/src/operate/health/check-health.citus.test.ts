import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningCluster } from '../../cluster.ts';
import { type Coordinator, openCoordinator } from '../coordinator.ts';
import { formatNode } from '../node-address.ts';
import { notOurs, startPrivate, worker } from '../private-cluster.test-support.ts';
import { checkHealth } from './check-health.ts';
import { readPendingSettings } from './pending-settings.ts';

let cluster: RunningCluster | undefined;
let coordinator: Coordinator;

beforeAll(async () => {
  cluster = await startPrivate({
    workers: 2,
    seed: `CREATE TABLE events (id bigint PRIMARY KEY);
           SELECT create_distributed_table('events', 'id', shard_count := 4)`,
  });
  if (cluster) coordinator = await openCoordinator(cluster.url());
});

afterAll(async () => {
  await coordinator?.end();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach((context) => {
  if (!cluster) context.skip(notOurs);
});

/** Ids of the checks that find something, with what they say. */
async function findings(): Promise<Readonly<Record<string, string>>> {
  const report = await checkHealth(coordinator);
  return Object.fromEntries(
    report.findings.map(({ check, what, evidence }) => [check, `${what}: ${evidence}`]),
  );
}

/** The only one there is, started. */
function ours(): RunningCluster {
  if (!cluster) throw new Error(notOurs);
  return cluster;
}

test('a cluster that was just started is healthy, every node connects to every other', async () => {
  const report = await checkHealth(coordinator);
  expect(report.findings).toEqual([]);
  expect(report.isHealthy).toBe(true);
  expect(report.links).toHaveLength(9);
  expect(report.nodes.map(({ role, shardCount }) => ({ role, shardCount }))).toEqual([
    { role: 'coordinator', shardCount: 0 },
    { role: 'worker', shardCount: 2 },
    { role: 'worker', shardCount: 2 },
  ]);
});

test('a node that is down is found with the reason, and the others are examined all the same', async () => {
  const node = worker(ours(), 2);
  await node.stop();
  try {
    const report = await checkHealth(coordinator);
    expect(report.isHealthy).toBe(false);
    const [finding] = report.findings;
    expect(finding?.check).toBe('node-cannot-be-reached');
    expect(finding?.what).toBe(`${formatNode(node)} does not answer`);
    expect(finding?.evidence).toMatch(/No such file|refused|could not translate host name/);
    expect(report.nodes.map(({ facts }) => facts !== undefined)).toEqual([true, true, false]);
    expect(report.nodes[2]?.unreachable).toMatch(/No such file|refused|could not translate host name/);
  } finally {
    await node.start();
  }
});

test('a configuration that would keep a node from starting again is found before it restarts', async () => {
  await using session = await connect(worker(ours(), 1).url);
  await session.query(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements', 'citus'`);
  try {
    expect(await findings()).toEqual({ 'citus-not-first': expect.stringContaining('pg_stat_statements') });
  } finally {
    await session.query('ALTER SYSTEM RESET shared_preload_libraries');
  }
});

test('settings that wait for a restart are told beside those that the node runs with', async () => {
  await using session = await connect(worker(ours(), 1).url);
  await session.query('ALTER SYSTEM SET max_wal_senders = 33');
  await session.query("ALTER SYSTEM SET wal_level = 'replica'");
  try {
    const found = await findings();
    expect(Object.keys(found)).toEqual(['restart-pending']);
    expect(found['restart-pending']).toMatch(
      /max_wal_senders is \d+, in its configuration 33; wal_level is logical, in its configuration replica$/,
    );
    await session.query('ALTER SYSTEM RESET wal_level');
    expect((await findings())['restart-pending']).not.toContain('wal_level');
  } finally {
    await session.query('ALTER SYSTEM RESET ALL');
  }
});

test('of what waits for a restart, a role that may not read configuration files learns the names', async () => {
  const { url } = worker(ours(), 0);
  // Where nodes ask for a password, they have but one for one another.
  const password = new URL(url).password || 'none';
  await coordinator.query(`CREATE ROLE observer LOGIN IN ROLE pg_monitor PASSWORD '${password}'`);
  await using session = await connect(url);
  await session.query('ALTER SYSTEM SET max_wal_senders = 33');
  await session.query('SELECT pg_reload_conf()');
  try {
    const asObserver = new URL(url);
    asObserver.username = 'observer';
    await using observer = await connect(asObserver.href);
    const seen = () => readPendingSettings(observer);
    const names = async () => [...(await seen()).values()].flat().map(({ name, next }) => ({ name, next }));
    await expect.poll(names).toEqual([{ name: 'max_wal_senders', next: null }]);
  } finally {
    await session.query('ALTER SYSTEM RESET ALL');
    await session.query('SELECT pg_reload_conf()');
    await coordinator.query('DROP ROLE observer');
  }
});

test('a node left out of shard placement is found, as half drained while it holds shards', async () => {
  const { name, port } = worker(ours(), 1);
  await coordinator.query("SELECT citus_set_node_property($1, $2, 'shouldhaveshards', false)", [name, port]);
  try {
    expect(await findings()).toEqual({ 'without-shards': expect.stringContaining('half drained') });
  } finally {
    await coordinator.query("SELECT citus_set_node_property($1, $2, 'shouldhaveshards', true)", [name, port]);
  }
});

test('a node that is not active is found', async () => {
  const { name, port } = await ours().addWorker();
  await coordinator.query('SELECT citus_disable_node($1, $2, true)', [name, port]);
  try {
    expect(await findings()).toEqual({ 'node-inactive': expect.stringContaining('isactive') });
  } finally {
    await coordinator.query('SELECT citus_remove_node($1, $2)', [name, port]);
  }
});

test('leftovers of shard moves are found with the node that keeps them', async () => {
  await coordinator.query(
    "INSERT INTO pg_dist_cleanup VALUES (nextval('pg_dist_cleanup_recordid_seq'), 0, 1, 'public.events_1', 1, 1)",
  );
  try {
    expect(await findings()).toEqual({
      'orphaned-resources': expect.stringContaining('public.events_1 on '),
    });
  } finally {
    await coordinator.query('DELETE FROM pg_dist_cleanup');
  }
});

test('shards that no node holds are found by table', async () => {
  await coordinator.query('BEGIN');
  try {
    await coordinator.query(
      'DELETE FROM pg_dist_placement WHERE shardid = (SELECT min(shardid) FROM pg_dist_shard)',
    );
    expect(await findings()).toMatchObject({
      'placement-lost': expect.stringContaining('events has shards'),
    });
  } finally {
    await coordinator.query('ROLLBACK');
  }
});

describe('a cluster of default settings', () => {
  let careless: RunningCluster | undefined;

  beforeAll(async () => {
    careless = await startPrivate({
      workers: 1,
      settings: {
        worker: {
          wal_level: 'replica',
          max_worker_processes: 8,
          max_logical_replication_workers: 4,
          max_replication_slots: 1,
          max_prepared_transactions: 10,
          max_connections: 100,
        },
      },
    });
  });

  afterAll(() => careless?.[Symbol.asyncDispose]());

  test('is told which of them will fail, and how to set them', async () => {
    await using session = await openCoordinator(careless?.url() ?? '');
    const { findings: found } = await checkHealth(session);
    expect(Object.fromEntries(found.map(({ check, fix, severity }) => [check, [severity, fix]]))).toEqual({
      'wal-level': ['warning', expect.stringContaining("ALTER SYSTEM SET wal_level = 'logical'")],
      'prepared-transactions': ['warning', expect.stringContaining('max_prepared_transactions = 100')],
      'replication-capacity': ['warning', expect.stringContaining('max_worker_processes = 32')],
      'max-connections': ['warning', expect.stringContaining('max_connections = 300')],
    });
    expect(found.map(({ evidence }) => evidence)).toContain('0 of 1 (max_replication_slots) are in use');
  });

  test('learns that a restart is enough where the configuration is right already', async () => {
    const node = worker(careless as RunningCluster, 1);
    await using there = await connect(node.url);
    await there.query("ALTER SYSTEM SET wal_level = 'logical'");
    await there.query('ALTER SYSTEM SET max_connections = 400');
    try {
      await using session = await openCoordinator(careless?.url() ?? '');
      const { findings: found } = await checkHealth(session);
      const fixes = Object.fromEntries(found.map(({ check, fix }) => [check, fix]));
      expect(fixes).toMatchObject({
        'wal-level': `Restart ${formatNode(node)}: its configuration has wal_level = logical already.`,
        'max-connections': `Restart ${formatNode(node)}: its configuration has max_connections = 400 already.`,
        'prepared-transactions': expect.stringContaining('ALTER SYSTEM SET'),
      });
    } finally {
      await there.query('ALTER SYSTEM RESET ALL');
    }
  });

  test('whose rebalance fails in the background is told so, although the job says running', async () => {
    await using session = await openCoordinator(careless?.url() ?? '');
    await session.query('CREATE TABLE orders (id bigint PRIMARY KEY)');
    await session.query("SELECT create_distributed_table('orders', 'id', shard_count := 4)");
    const { name, port } = worker(careless as RunningCluster, 0);
    await session.query("SELECT citus_set_node_property($1, $2, 'shouldhaveshards', true)", [name, port]);
    await session.query('SELECT citus_rebalance_start()');
    const failing = async () =>
      (await checkHealth(session)).findings.find(({ check }) => check === 'background-jobs');
    await expect.poll(failing, { timeout: 20_000 }).toBeDefined();
    expect((await failing())?.what).toContain('says running, but its task fails');
    expect((await failing())?.evidence).toContain('wal_level');
    await session.query('SELECT citus_rebalance_stop()');
  });
});
