import { expect, test } from 'vitest';
import { findingsOf, twoDatabases } from './two-databases.test-support.ts';

const objects = `
    SELECT lo_from_bytea(20001, '');
    SELECT lo_from_bytea(20002, string_agg(sha256(n::text::bytea), '')) FROM generate_series(1, 70000) n;
    SELECT lo_from_bytea(20003, repeat('x', 1048576)::bytea)`;

const databases = twoDatabases({
  schema: 'CREATE TABLE files (id bigint PRIMARY KEY, content oid)',
  distribute: "SELECT create_distributed_table('files', 'id', shard_count => 2)",
  rows: `INSERT INTO files VALUES (1, 20001), (2, 20002), (3, 20003);${objects}`,
});

test('large objects that hold the same are equal, also where one side has a hole and the other zeros', async () => {
  await databases.inSource("SELECT lo_put(lo_from_bytea(20004, 'a'), 9000, 'z')");
  await databases.inTarget("SELECT lo_from_bytea(20004, 'a' || decode(repeat('00', 8999), 'hex') || 'z')");
  const verification = await databases.verify();
  expect(findingsOf(verification)).toEqual([]);
  expect(verification).toMatchObject({ verdict: 'equal', largeObjects: { compared: 4 } });
});

test.each([
  ["lo_put(20002, 2000000, '!')", 'has other bytes than in the source, as many (2,240,000)'],
  ["lo_put(20001, 0, '!')", 'has 1 byte, and in the source 0'],
  ['lo_unlink(20003)', 'the target has no such object'],
  ["lo_from_bytea(20005, 'more')", 'the source has no such object'],
])('%s is found, and nothing else', async (change, what) => {
  await databases.inTarget(`SELECT ${change}`);
  const { largeObjects, verdict } = await databases.verify();
  expect(largeObjects.findings.map((finding) => finding.what)).toEqual([what]);
  expect(verdict).toBe('different');
  await databases.inTarget(
    'SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid BETWEEN 20001 AND 20005 AND oid <> 20004',
  );
  for (const statement of objects.split(';')) await databases.inTarget(statement);
});
