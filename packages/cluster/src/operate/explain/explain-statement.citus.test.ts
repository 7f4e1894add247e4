import { beforeAll, expect, test } from 'vitest';
import type { Coordinator } from '../coordinator.ts';
import { testCoordinator } from '../test-coordinator.test-support.ts';
import { explainStatement } from './explain-statement.ts';
import type { DistributedPlan } from './read-plan.ts';

const database = testCoordinator();
let coordinator: Coordinator;

beforeAll(async () => {
  coordinator = database.session();
  await coordinator.query(`
    CREATE TABLE orders (customer bigint, item bigint);
    SELECT create_distributed_table('orders', 'customer', shard_count := 4);
    CREATE TABLE lines (customer bigint, item bigint);
    SELECT create_distributed_table('lines', 'customer', colocate_with := 'orders');
    CREATE TABLE countries (code text);
    CREATE TABLE plain (item bigint);
    INSERT INTO orders SELECT n, n FROM generate_series(1, 100) n;
  `);
  await coordinator.query("SELECT create_reference_table('countries')");
  await coordinator.query('SET citus.enable_repartition_joins = on');
});

async function planOf(sql: string, analyze = false): Promise<DistributedPlan> {
  const explanation = await explainStatement(coordinator, sql, { analyze });
  if (explanation.kind === 'plan') return explanation.plan;
  throw new Error(explanation.message);
}

test.each([
  ['fast-path', 1, 'SELECT * FROM orders WHERE customer = 1'],
  ['router', 1, 'SELECT * FROM orders JOIN lines USING (customer) WHERE customer = 1'],
  ['fast-path', 1, 'SELECT * FROM countries'],
  ['pushdown', 4, 'SELECT item, count(*) FROM orders JOIN lines USING (customer, item) GROUP BY item'],
  ['pushdown', 4, 'INSERT INTO orders SELECT customer, item FROM lines'],
  ['pushdown', 1, 'INSERT INTO orders SELECT customer, item FROM lines WHERE customer = 1'],
  ['router', 1, 'INSERT INTO orders VALUES (1, 1)'],
  ['subplans', 4, 'SELECT count(*) FROM orders WHERE item IN (SELECT item FROM lines LIMIT 3)'],
  ['insert-select-repartition', 4, 'INSERT INTO orders SELECT item, customer FROM lines'],
  ['insert-select-pull', 4, 'INSERT INTO orders SELECT item, customer FROM lines LIMIT 3'],
  ['insert-select-pull', 4, 'INSERT INTO plain SELECT item FROM orders'],
  [
    'merge-repartition',
    4,
    'MERGE INTO orders o USING lines l ON o.customer = l.item WHEN MATCHED THEN DELETE',
  ],
  ['local', undefined, 'SELECT * FROM plain'],
])('%s with %s tasks: %s', async (name, tasks, sql) => {
  const plan = await planOf(sql);
  expect(plan.class).toBe(name);
  expect(plan.taskCount).toBe(tasks);
  expect(plan.tasks).toHaveLength(tasks ?? 0);
});

test('a repartition join tells its reshuffles, and Citus shows no tasks of it', async () => {
  const plan = await planOf('SELECT count(*) FROM orders JOIN lines USING (item)');
  expect(plan.class).toBe('repartition');
  expect(plan.taskCount).toBeGreaterThan(1);
  expect(plan.repartitions.map(({ mapTasks }) => mapTasks)).toEqual([4, 4]);
  expect(plan.tasks).toEqual([]);
});

test('tasks tell their nodes and plans; all workers take part in a query on all shards', async () => {
  const plan = await planOf('SELECT count(*) FROM orders');
  const workers = database.nodes.slice(1).map(({ port }) => port);
  expect(plan.nodes.map(({ port }) => port).toSorted()).toEqual(workers.toSorted());
  expect(plan.tasks[0]?.plan).toMatchObject({ 'Node Type': 'Aggregate' });
});

test('what runs first is a plan of its own, with what it cost', async () => {
  const plan = await planOf(
    'SELECT count(*) FROM orders WHERE item IN (SELECT item FROM orders LIMIT 3)',
    true,
  );
  const [subplan] = plan.subplans;
  expect(subplan?.plan).toMatchObject({ class: 'pushdown', taskCount: 4 });
  expect(subplan?.durationMs).toBeGreaterThan(0);
  expect(subplan?.dataSize).toMatch(/bytes/);
  expect(plan.executionMs).toBeGreaterThan(0);
});

test('a write that is run for its plan changes nothing', async () => {
  const plan = await planOf('DELETE FROM orders WHERE customer = 1', true);
  expect(plan.class).toBe('fast-path');
  expect(plan.tasks[0]?.plan).toMatchObject({ 'Node Type': 'ModifyTable' });
  expect(await coordinator.query('SELECT count(*)::int AS rows FROM orders')).toEqual([{ rows: 100 }]);
});

test("what Citus cannot run is an answer, in Citus' words", async () => {
  expect(
    await explainStatement(coordinator, 'UPDATE orders SET customer = 1 WHERE customer = 2'),
  ).toMatchObject({
    kind: 'refused',
    message: 'modifying the partition value of rows is not allowed',
  });
  expect(await explainStatement(coordinator, 'SELECT * FROM orders FOR UPDATE')).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('could not run distributed query with FOR UPDATE/SHARE'),
  });
});

test('a second statement, parameters, and plain mistakes are no plans', async () => {
  await expect(explainStatement(coordinator, 'SELECT 1; COMMIT; DROP TABLE orders')).rejects.toThrow(
    'cannot insert multiple commands',
  );
  await expect(explainStatement(coordinator, 'SELECT * FROM orders WHERE customer = $1')).rejects.toThrow(
    'the statement has parameters',
  );
  await expect(explainStatement(coordinator, 'SELEC 1')).rejects.toThrow('syntax error');
  expect((await planOf('SELECT * FROM orders WHERE customer = 1')).class).toBe('fast-path');
});
