import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, quietContext } from '@shardwright/core';
import { type Plan, readRows } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { relationOf } from '../load/load-tasks.ts';
import { planFor } from '../run/migration.test-support.ts';
import { type ExportOptions, exportRows } from './export-rows.ts';
import { readExport } from './manifest.ts';

const source = testDatabase();
const scratch = mkdtempSync(join(tmpdir(), 'shardwright-resumed-'));
let plan: Plan;

// Positions get their company from their order; they are the largest table, whose rows are written first.
const shop = `
  CREATE TABLE companies (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, company_id int NOT NULL REFERENCES companies);
  CREATE TABLE positions (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, note text);
  INSERT INTO companies SELECT generate_series(1, 20);
  INSERT INTO orders SELECT n, 1 + n % 20 FROM generate_series(1, 300) n;
  INSERT INTO positions SELECT n, 1 + n % 300, repeat('i', 80) FROM generate_series(1, 6000) n`;

beforeAll(async () => {
  plan = await planFor(source.url, shop, {
    distribute: { companies: 'id', orders: 'company_id', positions: 'company_id' },
  });
});
afterAll(() => rmSync(scratch, { recursive: true }));

function optionsFor(directory: string): ExportOptions {
  return {
    source: source.url,
    directory: join(scratch, directory),
    plan,
    format: 'csv',
    jobs: 1,
    chunkBytes: 100_000,
  };
}

/** Ends the work once so many rows are written. */
function interruptedAfter(rows: number): Context {
  const controller = new AbortController();
  return quietContext({
    signal: controller.signal,
    emit: (event) => {
      if (event.kind === 'progress' && (event.rows ?? 0) >= rows) controller.abort();
    },
  });
}

async function moveOrders(): Promise<void> {
  await using connection = await connect(source.url);
  await connection.query('UPDATE orders SET company_id = 1 + company_id % 20 WHERE id < 100');
}

const sorted = (text: string): readonly string[] => text.split('\n').slice(0, -1).sort();

/** Holds the rows of every table in the files against what psql reads. */
async function expectRowsOfNow(directory: string): Promise<void> {
  const { manifest } = await readExport(directory);
  for (const table of manifest.tables) {
    const load = plan.loads.find((one) => one.source.name === table.name);
    if (!load) throw new RangeError(`${table.name} is not planned`);
    const command = `COPY (${readRows(load)}) TO STDOUT (FORMAT csv)`;
    const rows = execFileSync('psql', ['-X', '-q', '-c', command, source.url]).toString();
    const written = table.files.flatMap(({ name }) =>
      sorted(readFileSync(join(directory, name), 'utf8').replace(/^.*\n/, '')),
    );
    expect(written.sort(), relationOf(load)).toEqual(sorted(rows));
  }
}

test('an export that is killed while it begins tables anew leaves none that is of two moments', async () => {
  const options = optionsFor('killed');
  const journal = join(options.directory, 'unfinished.ndjson');
  const lines = (): readonly string[] => readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  await expect(exportRows(options, interruptedAfter(2000))).rejects.toThrow();
  const before = lines().length;
  await moveOrders();
  await expect(exportRows(options, interruptedAfter(0))).rejects.toThrow();
  // As if it had been killed once the first line of its own was written.
  writeFileSync(
    journal,
    `${lines()
      .slice(0, before + 1)
      .join('\n')}\n`,
  );
  await exportRows(options);
  await expectRowsOfNow(options.directory);
});

test('where the tables that values come from are not exported, none of the values is kept', async () => {
  const options = { ...optionsFor('some'), tables: ['positions'] };
  await expect(exportRows(options, interruptedAfter(2000))).rejects.toThrow();
  await moveOrders();
  const { begunAnew } = await exportRows(options);
  expect(begunAnew).toEqual([
    {
      relation: 'public.positions',
      why: 'its distribution column comes from other tables, and not all are exported',
    },
  ]);
  await expectRowsOfNow(options.directory);
});
