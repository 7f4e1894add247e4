import { type Connection, connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunningCluster, RunningNode } from '../cluster.ts';
import { openCoordinator } from '../operate/coordinator.ts';
import { startCluster } from '../start-cluster.ts';
import { readThresholds } from './alerts/thresholds.ts';
import { type Monitor, openMonitor } from './open-monitor.ts';
import { schemaProblems } from './published-schema.test-support.ts';
import type { MonitorSnapshot } from './snapshot.ts';
import { type SummaryOptions, summarize } from './summarize.ts';

let cluster: RunningCluster;
let monitor: Monitor;
let coordinator: Connection;
const provider = inject('citusProvider');

const tracking = { 'citus.enable_stat_counters': true, 'citus.stat_tenants_track': 'all' };

beforeAll(async () => {
  if (provider.kind === 'existing') return;
  const started = await startCluster({
    provider,
    workers: 2,
    settings: {
      coordinator: {
        ...tracking,
        'citus.stat_statements_track': 'all',
        // What these would mend by themselves is to be seen.
        'citus.distributed_deadlock_detection_factor': -1,
        'citus.recover_2pc_interval': -1,
        'citus.background_task_queue_interval': '1s',
      },
      worker: { ...tracking, 'citus.recover_2pc_interval': -1 },
    },
    extensions: ['pg_stat_statements'],
    seed: `CREATE TABLE accounts (tenant int, id int, note text, PRIMARY KEY (tenant, id));
           SELECT create_distributed_table('accounts', 'tenant', shard_count := 8);
           INSERT INTO accounts SELECT n, n, 'some text' FROM generate_series(1, 200) AS n;
           CREATE TABLE countries (code text PRIMARY KEY);
           SELECT create_reference_table('countries')`,
  });
  if (started.provider === 'existing') return;
  cluster = started;
  monitor = await openMonitor((options) => openCoordinator(cluster.url(), options), {
    nodeTimeoutMs: 500,
    statementTimeoutMs: 4000,
  });
  coordinator = await connect(cluster.url());
});

afterAll(async () => {
  await coordinator?.end();
  await monitor?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip("nodes of CITUS_URL's cluster are not ours to harm");
});

/** A snapshot with thresholds as on the command line; whatever it shows, as the published schema describes it. */
async function watch(thresholds: readonly string[] = [], options: SummaryOptions = {}) {
  const snapshot = summarize(await monitor.sample(), { thresholds: readThresholds(thresholds), ...options });
  expect(schemaProblems(snapshot)).toEqual([]);
  return snapshot;
}

function alertsOf({ alerts }: MonitorSnapshot, rule: string): MonitorSnapshot['alerts'] {
  return alerts.filter((alert) => alert.rule === rule);
}

function worker(index = 0): RunningNode {
  const node = cluster.nodes[index + 1];
  if (!node) throw new Error('the cluster has too few workers');
  return node;
}

/** Two tenants whose shards lie on different workers. */
async function distantTenants(): Promise<readonly [number, number]> {
  const rows = await coordinator.query<{ tenant: number }>(
    `SELECT min(n)::int AS tenant
     FROM generate_series(1, 200) AS n
     JOIN pg_dist_placement ON shardid = get_shard_id_for_distribution_column('accounts', n)
     GROUP BY groupid ORDER BY groupid`,
  );
  const [one, other] = rows.map(({ tenant }) => tenant);
  if (one === undefined || other === undefined) throw new Error('all tenants are on one worker');
  return [one, other];
}

async function globalPid(session: Connection): Promise<string> {
  const [row] = await session.query<{ id: string }>('SELECT citus_backend_gpid()::text AS id');
  return row?.id ?? '';
}

/** Looks again and again until it is as expected, for up to 20 s. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not come about within 20 s');
  }
}

async function isBlocked(id: string): Promise<boolean> {
  return (await watch()).activity.blocked.some((session) => session.id === id);
}

test('a cluster at peace gives a whole snapshot without alerts', async () => {
  const before = await monitor.sample({ light: true });
  await coordinator.query("INSERT INTO accounts SELECT 300, n, 'x' FROM generate_series(1, 500) AS n");
  // A session tells the others what it did when it has been a second since it last did, or when it ends.
  await coordinator.end();
  coordinator = await connect(cluster.url());
  const snapshot = await watch([], { before });
  expect(snapshot.alerts).toEqual([]);
  expect(snapshot.problems).toEqual([]);
  expect(snapshot.nodes.map(({ role, state }) => `${role} ${state}`)).toEqual([
    'coordinator active',
    'worker active',
    'worker active',
  ]);
  for (const node of snapshot.nodes) {
    expect(node.connections?.used).toBeGreaterThan(0);
    expect(node.databaseBytes).toBeGreaterThan(1_000_000);
    expect(node.rates?.transactions).toBeGreaterThan(0);
  }
  expect(snapshot.shards.tables).toMatchObject([
    { table: 'public.accounts', kind: 'distributed', shards: 8 },
    { table: 'public.countries', kind: 'reference', shards: 3 },
  ]);
  expect(snapshot.queries).toMatchObject({ kind: 'tracked', intervalSingleShard: expect.any(Number) });
});

test('a session that waits on a worker is shown with the one it waits for', async () => {
  await using holder = await connect(cluster.url(), { applicationName: 'holder' });
  await using waiter = await connect(cluster.url(), { applicationName: 'waiter' });
  const [held, waiting] = [await globalPid(holder), await globalPid(waiter)];
  await holder.query('BEGIN');
  await holder.query("UPDATE accounts SET note = 'mine' WHERE tenant = 1");
  const update = waiter.query("UPDATE accounts SET note = 'ours' WHERE tenant = 1");
  await until(() => isBlocked(waiting));
  const snapshot = await watch(['blocked-seconds=0', 'idle-in-transaction-seconds=0']);
  const [alert] = alertsOf(snapshot, 'session-blocked');
  expect(alert).toMatchObject({
    severity: 'warning',
    what: expect.stringContaining(`${waiting} waits for ${held}`),
  });
  expect(alert?.evidence).toMatch(/ShareLock on transactionid for UPDATE accounts SET note = 'ours'/);
  expect(alert?.evidence).toMatch(
    new RegExp(`${held} \\(postgres with holder[^)]*\\) is idle in transaction`),
  );
  expect(snapshot.activity.sessions.find(({ id }) => id === waiting)).toMatchObject({
    application: 'waiter',
    state: 'active',
    workers: [{ wait: 'Lock: transactionid' }],
  });
  // The one that holds the row has its transaction open and does nothing.
  const [idle] = alertsOf(snapshot, 'idle-in-transaction');
  expect(idle).toMatchObject({
    severity: 'warning',
    fix: expect.stringContaining(`pg_terminate_backend(${held})`),
  });
  await holder.query('ROLLBACK');
  await update;
  expect((await watch()).activity.blocked).toEqual([]);
});

test('sessions that wait for one another on two workers are a deadlock', async () => {
  const [here, there] = await distantTenants();
  await using left = await connect(cluster.url());
  await using right = await connect(cluster.url());
  const ids = [await globalPid(left), await globalPid(right)];
  const touch = (session: Connection, tenant: number) =>
    session.query("UPDATE accounts SET note = 'touched' WHERE tenant = $1", [tenant]);
  await left.query('BEGIN');
  await right.query('BEGIN');
  await touch(left, here);
  await touch(right, there);
  const first = touch(left, there);
  const second = touch(right, here);
  await until(async () => (await watch()).activity.deadlocks.length > 0);
  const snapshot = await watch();
  expect(snapshot.activity.deadlocks.map((ring) => [...ring].sort())).toEqual([[...ids].sort()]);
  expect(alertsOf(snapshot, 'deadlock')).toMatchObject([{ severity: 'error' }]);
  const cancelled = expect(second).rejects.toThrow(/canceling statement/);
  await coordinator.query('SELECT pg_cancel_backend($1::bigint)', [ids[1]]);
  await cancelled;
  await right.query('ROLLBACK');
  await first;
  await left.query('ROLLBACK');
});

test('a prepared transaction that nobody finishes is shown, and who waits for it', async () => {
  await using onWorker = await connect(worker().url);
  const [shard] = await onWorker.query<{ name: string }>(
    `SELECT shard_name(logicalrelid, shardid) AS name FROM pg_dist_shard JOIN pg_dist_placement USING (shardid)
     WHERE logicalrelid = 'accounts'::regclass AND groupid = (SELECT groupid FROM pg_dist_local_group) LIMIT 1`,
  );
  await onWorker.query('SET citus.enable_manual_changes_to_shards = on');
  await onWorker.query('BEGIN');
  await onWorker.query(`UPDATE ${shard?.name} SET note = 'prepared'`);
  await onWorker.query("PREPARE TRANSACTION 'citus_0_4711_1_1'");
  await using waiter = await connect(cluster.url());
  const waiting = await globalPid(waiter);
  const update = waiter.query("UPDATE accounts SET note = 'ours'");
  await until(() => isBlocked(waiting));
  const snapshot = await watch(['prepared-seconds=0', 'blocked-seconds=0']);
  expect(alertsOf(snapshot, 'prepared-transaction-left')).toMatchObject([
    { severity: 'error', evidence: expect.stringContaining('citus_0_4711_1_1') },
  ]);
  expect(snapshot.activity.blocked).toMatchObject([{ id: waiting, blockedBy: ['prepared transaction'] }]);
  expect(alertsOf(snapshot, 'session-blocked')[0]?.fix).toContain('recover_prepared_transactions()');
  await onWorker.query("ROLLBACK PREPARED 'citus_0_4711_1_1'");
  await update;
});

test('a replication slot without a reader is shown with the WAL it keeps', async () => {
  await using onWorker = await connect(worker(1).url);
  await onWorker.query("SELECT pg_create_physical_replication_slot('left_behind', true)");
  const quiet = await watch();
  expect(alertsOf(quiet, 'slot-inactive')).toMatchObject([
    { severity: 'warning', what: expect.stringContaining('left_behind') },
  ]);
  const strict = await watch(['slot-retained-bytes=0']);
  expect(alertsOf(strict, 'slot-inactive')).toMatchObject([{ severity: 'error' }]);
  await onWorker.query("SELECT pg_drop_replication_slot('left_behind')");
});

test('tenants are counted over all nodes, and statements with their executor', async () => {
  const before = await monitor.sample({ light: true });
  for (let round = 0; round < 20; round++) {
    await coordinator.query('SELECT note FROM accounts WHERE tenant = 7');
  }
  await coordinator.query('SELECT count(*) FROM accounts');
  const snapshot = await watch([], { before });
  if (snapshot.tenants.kind === 'off') throw new Error(snapshot.tenants.reason);
  expect(snapshot.tenants.top[0]).toMatchObject({ tenant: '7' });
  expect(snapshot.queries).toMatchObject({ intervalSingleShard: 20, intervalMultiShard: 1 });
  const statements = (await watch([], { before, top: 100 })).statements;
  if (statements?.kind !== 'tracked') throw new Error('statements are not counted');
  expect(statements.source).toContain('citus_stat_statements');
  expect(statements.top.find(({ query }) => query.startsWith('SELECT note FROM accounts'))).toMatchObject({
    calls: 20,
    executor: 'adaptive',
    tenants: 1,
  });
});

test('a shard much larger than the others is found, and the node that holds most', async () => {
  await coordinator.query(
    "INSERT INTO accounts SELECT 42, n, repeat('x', 500) FROM generate_series(1001, 6000) AS n",
  );
  const snapshot = await watch(['skew-bytes=0', 'shard-skew=3', 'node-skew=1.2']);
  const [shard] = await coordinator.query<{ id: string }>(
    "SELECT get_shard_id_for_distribution_column('accounts', 42)::text AS id",
  );
  expect(alertsOf(snapshot, 'shard-skew')).toMatchObject([
    {
      what: expect.stringContaining('public.accounts'),
      evidence: expect.stringContaining(`shard ${shard?.id}`),
    },
  ]);
  expect(alertsOf(snapshot, 'node-skew')).toHaveLength(1);
  await coordinator.query('DELETE FROM accounts WHERE tenant = 42 AND id > 1000');
});

test('shards that somebody locks exclusively are left out and not waited for', async () => {
  await using onWorker = await connect(worker().url);
  const [shard] = await onWorker.query<{ name: string }>(
    `SELECT shard_name(logicalrelid, shardid) AS name FROM pg_dist_shard JOIN pg_dist_placement USING (shardid)
     WHERE logicalrelid = 'accounts'::regclass AND groupid = (SELECT groupid FROM pg_dist_local_group) LIMIT 1`,
  );
  await onWorker.query('SET citus.enable_manual_changes_to_shards = on');
  await onWorker.query('BEGIN');
  await onWorker.query(`LOCK TABLE ${shard?.name} IN ACCESS EXCLUSIVE MODE`);
  const snapshot = await watch();
  expect(snapshot.shards.tables.find(({ table }) => table === 'public.accounts')).toMatchObject({
    shards: 8,
    unmeasured: 1,
  });
  expect(snapshot.activity.strongLocks).toMatchObject([
    { mode: 'AccessExclusiveLock', relation: shard?.name, isGranted: true },
  ]);
  expect(snapshot.problems).toEqual([]);
  await onWorker.query('ROLLBACK');
});

test('a background task that fails again and again is shown while its job still runs', async () => {
  const [job] = await coordinator.query<{ id: string }>(
    `INSERT INTO pg_dist_background_job (job_type, description) VALUES ('test', 'divides by zero')
     RETURNING job_id::text AS id`,
  );
  await coordinator.query(
    "INSERT INTO pg_dist_background_task (job_id, command) VALUES ($1, 'SELECT 1 / 0')",
    [job?.id],
  );
  await until(async () => alertsOf(await watch(), 'background-task-failed').length > 0);
  const [alert] = alertsOf(await watch(), 'background-task-failed');
  expect(alert).toMatchObject({ severity: 'error', evidence: expect.stringContaining('division by zero') });
  expect(alert?.fix).toContain(`citus_job_cancel(${job?.id})`);
  await coordinator.query('SELECT citus_job_cancel($1)', [job?.id]);
});

test('a placement that cannot be used is shown with its node', async () => {
  await coordinator.query('UPDATE pg_dist_placement SET shardstate = 3 WHERE placementid = 1');
  const [alert] = alertsOf(await watch(), 'placement-inactive');
  expect(alert).toMatchObject({ severity: 'error', what: '1 placement cannot be used' });
  await coordinator.query('UPDATE pg_dist_placement SET shardstate = 1 WHERE placementid = 1');
});

test('connections near their limit are told per node', async () => {
  const snapshot = await watch(['connections-used=0.1%', 'connections-exhausted=90%']);
  expect(alertsOf(snapshot, 'connections-used').map(({ severity }) => severity)).toEqual([
    'warning',
    'warning',
    'warning',
  ]);
});

test('a role that may not see others says so, and sees the rest', async () => {
  const url = new URL(cluster.url());
  // In containers, nodes have one password for whoever they log in as.
  await coordinator.query(`CREATE ROLE onlooker LOGIN PASSWORD '${url.password}'`);
  url.username = 'onlooker';
  await using onlooker = await openMonitor((options) => openCoordinator(url.href, options));
  const snapshot = summarize(await onlooker.sample());
  expect(snapshot.seesAllSessions).toBe(false);
  expect(alertsOf(snapshot, 'snapshot-incomplete').map(({ fix }) => fix)).toContain(
    'GRANT pg_monitor to the role, on every node.',
  );
  expect(snapshot.nodes.every(({ connections }) => connections !== undefined)).toBe(true);
  // Roles reach all nodes; so do their memberships.
  await coordinator.query('GRANT pg_monitor TO onlooker');
  const whole = summarize(await onlooker.sample());
  expect(whole).toMatchObject({ seesAllSessions: true, problems: [], tenants: { kind: 'tracked' } });
});

test('a worker cannot be watched in place of the coordinator', async () => {
  await expect(openMonitor((options) => openCoordinator(worker().url, options))).rejects.toThrow(
    /is a worker/,
  );
});

test('a frozen worker is told as unreachable and waited for once', async () => {
  const frozen = worker(1);
  await frozen.pause();
  try {
    const snapshot = await watch();
    // It is waited for once: no later probe asks it again.
    expect(snapshot.problems).toMatchObject([
      {
        probe: 'vitals',
        node: expect.stringMatching(/:\d+$/),
        reason: expect.stringContaining('failed to connect'),
      },
    ]);
    expect(snapshot.nodes.map(({ state }) => state)).toEqual(['active', 'active', 'unreachable']);
  } finally {
    await frozen.resume();
  }
  await until(async () => (await watch()).alerts.every(({ severity }) => severity !== 'error'));
});

test('a killed worker is told as unreachable, and all else still stands', async () => {
  const killed = worker(1);
  await killed.kill();
  const snapshot = await watch();
  expect(alertsOf(snapshot, 'node-unreachable')).toMatchObject([
    { severity: 'error', evidence: expect.stringContaining('failed to connect') },
  ]);
  expect(alertsOf(snapshot, 'snapshot-incomplete')).toEqual([]);
  expect(snapshot.nodes[1]).toMatchObject({ state: 'active', connections: { max: 300 } });
  expect(snapshot.shards.tables.map(({ table }) => table)).toContain('public.accounts');
  await killed.start();
  expect((await watch()).nodes.map(({ state }) => state)).toEqual(['active', 'active', 'active']);
});

test('a frozen coordinator is given up, and watched again when it answers', async () => {
  const [first] = cluster.nodes;
  await using impatient = await openMonitor((options) => openCoordinator(cluster.url(), options), {
    statementTimeoutMs: 500,
  });
  await first?.pause();
  await expect(impatient.sample()).rejects.toThrow(/no answer for 3.5 s/);
  await first?.resume();
  expect((await impatient.sample({ light: true })).nodes).toHaveLength(3);
});

test('a coordinator that was away is watched again on a new session', async () => {
  const [first] = cluster.nodes;
  await first?.kill();
  await expect(monitor.sample()).rejects.toThrow(/cannot/);
  await first?.start();
  expect((await watch()).nodes).toHaveLength(3);
});
