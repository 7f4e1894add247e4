import { expect, test } from 'vitest';
import { testDatabase } from './test-database.ts';

const database = testDatabase();

test('a test file gets an empty database of its own', async () => {
  await using connection = await database.connect();
  expect(await connection.query('SELECT current_database() AS name')).toEqual([{ name: database.name }]);
  expect(await connection.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual(
    [],
  );
});
