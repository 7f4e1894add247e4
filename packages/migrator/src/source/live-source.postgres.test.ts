import { connect } from '@shardwright/postgres';
import { testDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { type LiveSource, openLiveSource, SnapshotLost } from './live-source.ts';

const database = testDatabase();
const tables = [{ schema: 'public', name: 'Odd table' }];

beforeAll(async () => {
  await using connection = await connect(database.url);
  await connection.query('CREATE TABLE "Odd table" (id int); INSERT INTO "Odd table" VALUES (1), (2)');
});

const open = (): Promise<LiveSource> => openLiveSource(database.url, tables, 'test');

async function rowsSeenBy(source: LiveSource): Promise<number> {
  await using reader = await source.openReader();
  return (await reader.query('SELECT FROM "Odd table"')).length;
}

test('readers see the moment at which the source was opened, however late they come', async () => {
  await using source = await open();
  await using other = await connect(database.url);
  await other.query('INSERT INTO "Odd table" VALUES (3)');
  expect(await rowsSeenBy(source)).toBe(2);
  await using later = await open();
  expect(await rowsSeenBy(later)).toBe(3);
});

test('nobody empties or rewrites a table, which no snapshot would show, while the source is open', async () => {
  const source = await open();
  await using other = await connect(database.url);
  for (const sql of ['TRUNCATE "Odd table"', 'VACUUM FULL "Odd table"', 'DROP TABLE "Odd table"']) {
    await other.query("SET lock_timeout = '100ms'");
    await expect(other.query(sql), sql).rejects.toThrow(/lock timeout/);
  }
  await source.ensureHeld();
  await source[Symbol.asyncDispose]();
  await other.query('VACUUM FULL "Odd table"');
});

test('a moment whose session ended is lost, and stays lost', async () => {
  await using source = await open();
  await source.ensureHeld();
  await using other = await connect(database.url);
  await other.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
     WHERE relation = '"Odd table"'::regclass AND mode = 'AccessShareLock' AND granted`,
  );
  await expect(source.ensureHeld()).rejects.toThrow(SnapshotLost);
  await expect(source.ensureHeld()).rejects.toThrow(/the snapshot of .* was lost/);
  await expect(source.openReader()).rejects.toThrow();
});
