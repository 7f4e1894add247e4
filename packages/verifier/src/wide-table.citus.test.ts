import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

const columns = Array.from({ length: 1590 }, (_, at) => `w${at} ${at % 2 ? 'int' : 'text'}`);

const databases = twoDatabases({
  schema: `CREATE TABLE wide (id bigint PRIMARY KEY, ${columns.join(', ')})`,
  distribute: "SELECT create_distributed_table('wide', 'id', shard_count => 2)",
  rows: `INSERT INTO wide (id, w0, w1, w1589) SELECT n, 'first', 2, 3 FROM generate_series(1, 5) AS n`,
});

test('a table of nearly as many columns as there can be is equal to itself', async () => {
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual([]);
  expect(verification.verdict).toBe('equal');
});

test('the last of many columns is told from the others', async () => {
  await databases.inTarget('UPDATE wide SET w1589 = 4 WHERE id = 3');
  const { tables } = await databases.verify();
  expect(tables.find(({ name }) => name === 'wide')?.differences).toEqual([
    {
      kind: 'different',
      key: { id: '3' },
      copies: { source: 1, target: 1 },
      columns: [{ name: 'w1589', source: '3', target: '4' }],
    },
  ]);
});
