import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { planFor } from '../run/migration.test-support.ts';
import { type Moment, unwatched } from '../run/moments.ts';
import { type RunOptions, runWatched } from '../run/run-migration.ts';
import { nodeStates } from './node-states.test-support.ts';
import { openRollback, type Standing } from './open-rollback.ts';
import type { OnUndoing } from './undo-step.ts';
import { isWritten } from './written-rows.ts';

const shop = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE SCHEMA app;
  CREATE TYPE app.mood AS ENUM ('sad', 'happy');
  CREATE DOMAIN app.email AS text CHECK (VALUE LIKE '%@%');
  CREATE TABLE companies (id serial PRIMARY KEY, name varchar(40) NOT NULL, UNIQUE (id, name));
  CREATE TABLE app.users (
    id bigserial, company_id int NOT NULL REFERENCES companies, feels app.mood, mail app.email, PRIMARY KEY (id)
  );
  CREATE INDEX "Users by mail" ON app.users (mail);
  CREATE TABLE regions (code text PRIMARY KEY, name text);
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, company_id int NOT NULL REFERENCES companies,
    region text REFERENCES regions, note text, length int GENERATED ALWAYS AS (char_length(note)) STORED
  );
  CREATE INDEX ON orders USING gin (note gin_trgm_ops);
  CREATE TABLE items (id serial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, sku text);
  CREATE TABLE events (company_id int NOT NULL, at date NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE INDEX events_at ON events (at);
  CREATE TABLE settings (name text PRIMARY KEY, value text, region text REFERENCES regions);
  CREATE VIEW app.totals AS SELECT company_id, count(*) FROM orders GROUP BY company_id;
  CREATE MATERIALIZED VIEW app.moods AS SELECT feels, count(*) FROM app.users GROUP BY feels;
  CREATE UNIQUE INDEX ON app.moods (feels);
  CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.value := upper(NEW.value); RETURN NEW; END';
  CREATE TRIGGER touch BEFORE INSERT ON settings FOR EACH ROW EXECUTE FUNCTION app.touch();
  CREATE FUNCTION app.count_orders(company int, name varchar) RETURNS bigint LANGUAGE sql
    AS 'SELECT count(*) FROM orders WHERE company_id = company';
  ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
  CREATE POLICY visible ON settings USING (name <> 'secret');
  CREATE STATISTICS orders_of_companies ON company_id, region FROM orders;
  COMMENT ON TABLE orders IS 'what was ordered';
  INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 50) n;
  INSERT INTO app.users (company_id, feels, mail) SELECT 1 + n % 50, 'sad', n || '@x' FROM generate_series(1, 500) n;
  INSERT INTO regions VALUES ('eu', 'Europe'), ('us', E'two\\nlines\\tand \\\\');
  INSERT INTO orders (company_id, region, note) SELECT 1 + n % 50, 'eu', repeat('ä', n % 40) FROM generate_series(1, 2000) n;
  INSERT INTO items (order_id, sku) SELECT 1001 + n % 1000, 's' || n FROM generate_series(1, 3000) n;
  INSERT INTO events SELECT 1 + n % 50, date '2025-06-01' + n, 'e' FROM generate_series(1, 400) n;
  INSERT INTO settings VALUES ('theme', 'dark', 'eu');
  SELECT lo_from_bytea(7001, 'small'), lo_from_bytea(7002, decode(repeat('ab', 300000), 'hex')), lo_create(7003)`;

const decisions = {
  distribute: {
    companies: 'id',
    'app.users': 'company_id',
    orders: 'company_id',
    items: 'company_id',
    events: 'company_id',
  },
  reference: ['regions'],
  local: ['settings'],
  shards: 2,
};

const sourceDatabase = citusDatabase();
const targetDatabase = citusDatabase();
let plan: Plan;
let before: readonly string[];

beforeAll(async () => {
  plan = await planFor(sourceDatabase.url, shop, decisions);
  await using target = await targetDatabase.connect();
  await target.query('CREATE EXTENSION IF NOT EXISTS btree_gist');
  before = await nodeStates(targetDatabase);
});

async function run(options: Partial<RunOptions> = {}, onMoment = unwatched): Promise<void> {
  const { url: target } = targetDatabase;
  const given = { source: sourceDatabase.url, target, jobs: 2, load: 'direct' as const, ...options };
  await runWatched(plan, given, quietContext(), onMoment);
}

/** A run that ends when it comes to a moment. */
async function runUntil(
  { moment: wanted, detail: prefix = '' }: { readonly moment: Moment; readonly detail?: string },
  options: Partial<RunOptions> = {},
): Promise<void> {
  const ended = run(options, async (moment, detail) => {
    if (moment === wanted && detail.startsWith(prefix)) throw new Error('enough');
  });
  await expect(ended).rejects.toThrow('enough');
}

/** Takes back what there is, in as many calls as it takes when each ends where it is told to; gives their number. */
async function takeBack(endsAt: OnUndoing = async () => {}): Promise<number> {
  for (let calls = 0; ; calls++) {
    await using rollback = await openRollback(targetDatabase.url);
    if (!rollback) return calls;
    const { tables, others } = rollback.standing;
    // What was taken back so far is not seen as the work of others.
    if (calls > 0) expect([tables.filter(isWritten), others]).toEqual([[], []]);
    await rollback.run(endsAt).catch((error: unknown) => {
      if (!(error instanceof Error && error.message === 'enough')) throw error;
    });
  }
}

async function standing(): Promise<Standing> {
  await using rollback = await openRollback(targetDatabase.url, plan);
  if (!rollback) throw new Error('nothing to take back');
  return rollback.standing;
}

async function written(): Promise<readonly unknown[]> {
  const { tables } = await standing();
  return tables
    .filter(isWritten)
    .map(({ name, rows, loaded, written: young, lost, movedShards }) => [
      name,
      { rows, loaded, young, lost, movedShards },
    ]);
}

async function onTarget(...statements: readonly string[]): Promise<void> {
  await using target = await connect(targetDatabase.url);
  for (const sql of statements) await target.query(sql);
}

afterEach(async () => {
  await takeBack();
  expect(await nodeStates(targetDatabase)).toEqual(before);
});

test('after a complete run nothing is left on any node, and what was there before stays', async () => {
  await run();
  const { steps, tables, largeObjects, others, kept } = await standing();
  expect(largeObjects).toEqual({ objects: 3, changed: 0 });
  expect(steps).toHaveLength(plan.steps.length);
  expect(tables.filter(isWritten)).toEqual([]);
  expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['users', 500],
    ['companies', 50],
    ['events_2025', 213],
    ['events_2026', 187],
    ['items', 3000],
    ['orders', 2000],
    ['regions', 2],
    ['settings', 1],
  ]);
  expect(others).toEqual([]);
  expect(kept).toEqual(['extension btree_gist']);
});

test.each<{ moment: Moment; detail?: string }>([
  { moment: 'journal made', detail: '' },
  { moment: 'step: before COMMIT', detail: 'distribute: public.orders' },
  { moment: 'step: after COMMIT', detail: 'distribute: public.companies' },
  { moment: 'chunk: before COMMIT', detail: 'public.orders' },
  { moment: 'shards: after COMMIT', detail: '' },
  { moment: 'chunk: after COMMIT', detail: 'public.regions' },
  { moment: 'rows loaded', detail: '' },
  { moment: 'step: before COMMIT', detail: 'foreign-keys: settings_region_fkey' },
  { moment: 'step: after COMMIT', detail: 'foreign-keys: settings_region_fkey' },
  { moment: 'before done', detail: '' },
])(
  'a run that ended at “$moment” $detail is taken back, and is not seen as written by others',
  async (point) => {
    await runUntil(point);
    const { tables, others } = await standing();
    expect([tables.filter(isWritten), others]).toEqual([[], []]);
  },
);

test('what a run of a dump keeps beside the target is taken back too', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollback-'));
  const dump = path.join(directory, 'shop.sql');
  execFileSync('pg_dump', ['--file', dump, sourceDatabase.url]);
  const staging = async (): Promise<number> => {
    await using target = await targetDatabase.connect();
    const sql = `SELECT FROM pg_database WHERE datname LIKE 'shardwright_staging_%'
      AND datname = 'shardwright_staging_' || replace($1, '-', '_')`;
    return (await target.query(sql, [id])).length;
  };
  await runUntil({ moment: 'chunk: before COPY', detail: 'public.items' }, { source: dump });
  await rm(directory, { recursive: true });
  const {
    migration: { id },
  } = await standing();
  expect(await staging()).toBe(1);
  await takeBack();
  expect(await staging()).toBe(0);
});

test.each(['undo: before COMMIT', 'undo: after COMMIT'] as const)(
  'a rollback that ends again and again at “%s” comes to its end',
  async (wanted) => {
    await run();
    let passed = 0;
    const calls = await takeBack(async (moment) => {
      if (moment === wanted && ++passed % 17 === 0) throw new Error('enough');
    });
    expect(calls).toBeGreaterThan(3);
  },
);

test('once a rollback has begun a run does not go on, and the backup from before is left as it is', async () => {
  await run();
  const directory = await mkdtemp(path.join(tmpdir(), 'rollback-'));
  const file = path.join(directory, 'backup.sql');
  let undone = 0;
  {
    await using rollback = await openRollback(targetDatabase.url);
    expect(await rollback?.backUp(file)).toMatchObject({ rows: 5953, tables: 8, isEarlier: false });
    const ended = rollback?.run(async () => {
      if (undone++ === 20) throw new Error('enough');
    });
    await expect(ended).rejects.toThrow('enough');
  }
  await expect(run()).rejects.toThrow(/being taken back/);
  const { size, mtimeMs } = await stat(file);
  {
    await using rollback = await openRollback(targetDatabase.url);
    expect(await rollback?.backUp(file)).toMatchObject({
      rows: 5953,
      tables: 8,
      bytes: size,
      isEarlier: true,
    });
    await writeFile(`${file}.other`, 'mine');
    await expect(rollback?.backUp(`${file}.other`)).rejects.toThrow(/is there already/);
  }
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  await rm(directory, { recursive: true });
});

test('while a run is at work nothing is taken back; one that was cut off is shut out', async () => {
  const atWork = signal();
  const release = signal();
  const ended = run({}, async (moment) => {
    if (moment !== 'chunk: before COMMIT') return;
    atWork.give();
    await release.given;
  }).catch((error: unknown) => error);
  await atWork.given;
  await expect(openRollback(targetDatabase.url)).rejects.toThrow(/another run works on this target/);
  await onTarget(
    `SELECT pg_terminate_backend(pid, 60000) FROM pg_locks JOIN pg_database d ON d.oid = database
     WHERE locktype = 'advisory' AND datname = current_database() AND classid = 1 AND objid = 2726996817`,
  );
  await takeBack(async () => {
    release.give();
    expect(await ended).toMatchObject({ message: expect.stringContaining('another run has begun') });
  });
});

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

test('a table that the run found there is left alone, with its rows', async () => {
  await onTarget('CREATE TABLE settings (mine int)', 'INSERT INTO settings VALUES (1)');
  await expect(run()).rejects.toThrow(/already exists/);
  expect((await standing()).tables.map(({ name }) => name)).not.toContain('settings');
  await takeBack();
  await using target = await connect(targetDatabase.url);
  expect(await target.query('SELECT * FROM settings')).toEqual([{ mine: 1 }]);
  await target.query('DROP TABLE settings');
});

test('rows that were added, changed or removed are told with their numbers', async () => {
  await run();
  await onTarget("INSERT INTO orders (company_id, note) VALUES (1, 'new'), (2, 'new')");
  expect(await written()).toEqual([
    ['orders', { rows: 2002, loaded: 2000, young: 2, lost: 0, movedShards: 0 }],
  ]);
  await onTarget('DELETE FROM orders WHERE company_id = 1 AND id < 1000 OR id = 1');
  expect(await written()).toEqual([
    ['orders', { rows: 1982, loaded: 2000, young: 2, lost: 20, movedShards: 0 }],
  ]);
  await onTarget(
    "UPDATE regions SET name = 'changed' WHERE code = 'eu'; UPDATE settings SET value = 'light'",
  );
  await onTarget("UPDATE app.users SET mail = 'y@z' WHERE id = 7");
  await onTarget("DELETE FROM events WHERE at = '2026-02-01'");
  expect(await written()).toEqual([
    ['users', { rows: 500, loaded: 500, young: 1, lost: 1, movedShards: 0 }],
    ['events_2026', { rows: 186, loaded: 187, young: 0, lost: 1, movedShards: 0 }],
    ['orders', { rows: 1982, loaded: 2000, young: 2, lost: 20, movedShards: 0 }],
    ['regions', { rows: 2, loaded: 2, young: 1, lost: 1, movedShards: 0 }],
    ['settings', { rows: 1, loaded: 1, young: 1, lost: 1, movedShards: 0 }],
  ]);
});

test('large objects that were written to, cut off or removed are told with their number', async () => {
  await run();
  const changed = async (sql: string): Promise<number> => {
    await onTarget(sql);
    return (await standing()).largeObjects.changed;
  };
  expect(await changed("SELECT lo_put(7001, 2, 'x')")).toBe(1);
  expect(await changed('SELECT lo_truncate64(lo_open(7002, 131072), 2048 * 3)')).toBe(2);
  expect(await changed('SELECT lo_unlink(7003)')).toBe(3);
});

test('of a table whose shards were moved it is said that nothing can be told', async () => {
  await run();
  await onTarget(
    `SELECT citus_move_shard_placement(shardid, here.nodename, here.nodeport, there.nodename, there.nodeport, 'block_writes')
     FROM (SELECT min(shardid) AS shardid FROM pg_dist_shard WHERE logicalrelid = 'companies'::regclass) s
     JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node here USING (groupid)
     JOIN pg_dist_node there ON there.groupid NOT IN (0, here.groupid)`,
  );
  expect(await written()).toContainEqual([
    'companies',
    { rows: 50, loaded: 50, young: undefined, lost: undefined, movedShards: 1 },
  ]);
});

test('what others built on it is listed, stands in the way, and is never dropped', async () => {
  await run();
  await onTarget(
    'CREATE VIEW mine AS SELECT * FROM app.totals',
    'CREATE TABLE app.notes (id int PRIMARY KEY, feels app.mood)',
    'CREATE INDEX orders_region ON orders (region)',
    'ALTER TABLE settings ADD COLUMN since date',
    'CREATE VIEW unplaced AS SELECT * FROM shardwright.quarantine',
  );
  const { others } = await standing();
  expect(others.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
    'index public.orders_region',
    'table app.notes',
    'view public.mine',
    'view public.unplaced',
    'table column public.settings.since',
  ]);
  const stopped = await takeBack().catch((error: unknown) => error);
  expect(stopped).toMatchObject({
    message: expect.stringContaining('view mine depends on view app.totals'),
  });
  await using target = await connect(targetDatabase.url);
  expect(await target.query('SELECT * FROM mine LIMIT 1')).toHaveLength(1);
  await target.query('DROP VIEW mine');
  await target.query('DROP TABLE app.notes');
  // By now only the journal is left.
  await expect(takeBack()).rejects.toThrow(/unplaced/);
  await target.query('DROP VIEW unplaced');
});

test('what somebody has dropped already is passed over', async () => {
  await run();
  await onTarget('DROP INDEX app."Users by mail"', 'DROP VIEW app.totals', 'DROP TABLE settings');
  await using rollback = await openRollback(targetDatabase.url);
  const undone = (await rollback?.run()) ?? [];
  const gone = undone.filter(({ wasGone }) => wasGone).map(({ step }) => step.subject);
  expect(gone).toEqual(expect.arrayContaining(['app."Users by mail"', 'app.totals', 'public.settings']));
});
