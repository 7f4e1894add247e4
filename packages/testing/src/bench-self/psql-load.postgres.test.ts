import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTemporaryDirectory } from '@shardwright/cluster';
import { expect, test } from 'vitest';
import { writeDataDump } from './data-dump.ts';
import { findLoadInstallation, startPsqlLoader } from './psql-load.ts';
import { schemaDump } from './schema-dump.ts';

test('what the generators write loads into PostgreSQL, constraints included', async (context) => {
  const installation = await findLoadInstallation();
  if (!installation) return context.skip('no PostgreSQL with psql here');
  await using scratch = await makeTemporaryDirectory();
  const data = path.join(scratch.path, 'data.sql');
  const schema = path.join(scratch.path, 'schema.sql');
  await writeDataDump(data, { sizeBytes: 3_000_000, seed: 1 });
  await writeFile(schema, schemaDump({ tables: 100, foreignKeys: 200, seed: 1 }));

  await using loader = await startPsqlLoader(installation);
  expect(await loader.load(data)).toHaveProperty('wallSeconds', expect.any(Number));
  expect(await loader.load(schema)).toHaveProperty('wallSeconds', expect.any(Number));

  await writeFile(schema, 'SELECT * FROM no_such_table;\n');
  await expect(loader.load(schema)).rejects.toThrow('psql could not load');
});
