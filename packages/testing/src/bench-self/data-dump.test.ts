import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDataDump } from './data-dump.ts';
import { schemaDump } from './schema-dump.ts';

let place = '';

beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'data-dump-'));
});

afterAll(() => rm(place, { recursive: true }));

async function dumpOf(seed: number) {
  const file = path.join(place, `dump-${seed}.sql`);
  const dump = await writeDataDump(file, { sizeBytes: 3_000_000, seed });
  const content = await readFile(file);
  return { dump, content, digest: createHash('sha256').update(content).digest('hex') };
}

test('a seed determines every byte of a dump', async () => {
  const first = await dumpOf(1);
  expect((await dumpOf(1)).digest).toBe(first.digest);
  expect((await dumpOf(2)).digest).not.toBe(first.digest);
});

test('a dump has about the size asked for and the bytes and rows it tells', async () => {
  const { dump, content } = await dumpOf(1);
  expect(dump.bytes).toBe(content.length);
  expect(Math.abs(dump.bytes / 3_000_000 - 1)).toBeLessThan(0.1);
  const lines = content.toString().split('\n');
  const start = lines.findIndex((line) => line.startsWith('COPY public.readings'));
  expect(lines.indexOf('\\.', start) - start - 1).toBe(dump.rows.get('readings'));
});

test('a generated schema has exactly the tables and foreign keys asked for', () => {
  const sql = schemaDump({ tables: 200, foreignKeys: 450, seed: 1 });
  expect(sql.match(/CREATE TABLE/g)).toHaveLength(200);
  expect(new Set(sql.match(/ADD CONSTRAINT \S+ FOREIGN KEY/g))).toHaveProperty('size', 450);
});
