import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

const databases = twoDatabases({
  schema: 'CREATE TABLE late (id int PRIMARY KEY) WITH (autovacuum_enabled = off)',
  distribute: 'SET client_min_messages = error',
  rows: 'INSERT INTO late VALUES (1), (2)',
});

test('rows in the heap of a table that was distributed around them are found, and missed by no crash of statistics', async () => {
  await databases.inTarget("SELECT create_distributed_table('late', 'id')");
  const found = await databases.verify();
  expect([findingsOf(found), found.verdict]).toEqual([['2 hidden rows of late'], 'different']);
  await databases.inTarget("SELECT pg_stat_reset_single_table_counters('late'::regclass)");
  const lost = await databases.verify();
  expect([findingsOf(lost), lost.verdict]).toEqual([['maybe hidden rows of late'], 'inconclusive']);
  expect(lost.notes).toEqual([expect.stringMatching(/^public\.late takes space .* lost its statistics/)]);
});

test('an emptied heap is none', async () => {
  await databases.inTarget("SELECT truncate_local_data_after_distributing_table('late')");
  const verification = await databases.verify();
  expect([findingsOf(verification), verification.verdict]).toEqual([[], 'equal']);
});
