import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { citusDatabase, testDatabase } from '@shardwright/testing';
import { beforeAll, expect, test } from 'vitest';
import { planFor } from './migration.test-support.ts';
import type { Moment, OnMoment } from './moments.ts';
import { runWatched } from './run-migration.ts';
import { digestOf, rowsOf } from './two-sides.test-support.ts';

const source = testDatabase();
const reloaded = citusDatabase();
const refused = citusDatabase();
const query = 'SELECT id, page FROM visits';
let plan: Plan;

beforeAll(async () => {
  const sql = `
    CREATE UNLOGGED TABLE visits (id int PRIMARY KEY, page text);
    INSERT INTO visits SELECT n, 'p' || n FROM generate_series(1, 500) n`;
  plan = await planFor(source.url, sql, { distribute: { visits: 'id' }, shards: 2 });
});

/** Does to an unlogged table at a moment, once, what a crash of its servers would do. */
function emptiedAt(wanted: Moment, target: string): OnMoment {
  let isDone = false;
  return async (moment) => {
    if (moment !== wanted || isDone) return;
    isDone = true;
    await using connection = await connect(target);
    await connection.query('TRUNCATE visits');
  };
}

test('an unlogged table that a crash empties amid a run is loaded once more', async () => {
  const options = { source: source.url, target: reloaded.url };
  await runWatched(plan, options, quietContext(), emptiedAt('rows loaded', reloaded.url));
  expect(digestOf(rowsOf(reloaded.url, query))).toBe(digestOf(rowsOf(source.url, query)));
});

test('one that a crash empties once keys are being made ends the run, and every later one', async () => {
  const options = { source: source.url, target: refused.url };
  const run = runWatched(plan, options, quietContext(), emptiedAt('finishing', refused.url));
  const message =
    /public\.visits does not hold the rows .*: it is unlogged, and a crash of a server emptied it/;
  await expect(run).rejects.toThrow(message);
  await expect(runWatched(plan, options, quietContext(), async () => {})).rejects.toThrow(message);
});
