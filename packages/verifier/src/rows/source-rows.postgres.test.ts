import { quietContext } from '@shardwright/core';
import { testDatabase } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { openSession } from '../session.ts';
import { SessionPool } from '../session-pool.ts';
import { Pace } from './pace.ts';
import { type PlainReader, pagePart } from './source-rows.ts';

const database = testDatabase();

test.each([
  ['as ranges', 150_000],
  ['one by one, where servers know no ranges', 130_000],
])('pages are read %s', async (_how, versionNumber) => {
  await using connection = await database.connect();
  await connection.query(
    `DROP TABLE IF EXISTS lines; CREATE TABLE lines (n int);
     INSERT INTO lines SELECT generate_series(1, 2000)`,
  );
  const context = quietContext();
  await using pool = new SessionPool(1, () => openSession(database.url), context);
  const reader: PlainReader = {
    ...{ pool, pace: new Pace(undefined, context), versionNumber, jobs: 1, mostBytes: 1e9 },
  };
  const source = {
    ...{ schema: 'public', name: 'lines', bytes: 9 * 8192, isHeap: true },
    select: 'SELECT t.n FROM ONLY public.lines AS t',
  };
  const numbers = async (range: { readonly first: number; readonly before?: number }) =>
    await pagePart(source, 1, range, reader).ask(
      (rows) => `SELECT json_build_array(min(c1), max(c1), count(*)) FROM ${rows}`,
    );
  expect(await numbers({ first: 0, before: 2 })).toEqual([1, 452, 452]);
  expect(await numbers({ first: 2, before: 3 })).toEqual([453, 678, 226]);
  expect(await numbers({ first: 7 })).toEqual([1583, 2000, 418]);
});
