import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { analyze } from '@shardwright/analyzer';
import { CatalogBuilder } from '@shardwright/catalog';
import { findInstallation, newTraces, takeTraces } from '@shardwright/cluster';
import { plan } from '@shardwright/planner';
import { citusDatabase } from '@shardwright/testing';
import { expect, inject, test } from 'vitest';

const database = citusDatabase();

const schema = [
  'CREATE TABLE companies (id bigserial PRIMARY KEY, name text)',
  'CREATE TABLE users (id bigserial PRIMARY KEY, company_id bigint NOT NULL REFERENCES companies)',
  "COMMENT ON SCHEMA public IS 'ours'",
  "COMMENT ON LANGUAGE plpgsql IS 'ours, too'",
  'GRANT ALL ON SCHEMA public TO PUBLIC',
  'REVOKE USAGE ON SCHEMA public FROM PUBLIC',
  'GRANT CREATE ON SCHEMA public TO undo_app',
  'ALTER SCHEMA public OWNER TO undo_app',
  'REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC',
  'GRANT ALL ON LANGUAGE plpgsql TO undo_app WITH GRANT OPTION',
  'ALTER DEFAULT PRIVILEGES FOR ROLE undo_app IN SCHEMA public GRANT SELECT ON TABLES TO undo_reader WITH GRANT OPTION',
  'ALTER DEFAULT PRIVILEGES FOR ROLE undo_app REVOKE ALL ON FUNCTIONS FROM PUBLIC',
  'ALTER DEFAULT PRIVILEGES FOR ROLE undo_app REVOKE ALL ON TABLES FROM undo_app',
  'ALTER DEFAULT PRIVILEGES FOR ROLE undo_app GRANT SELECT ON TABLES TO undo_app',
];

async function dumpSchema(bin: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(bin, 'pg_dump'), ['--schema-only', database.url]);
  return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

test('pg_dump says the same before a plan and after its undo, of privileges, owners and comments too', async (context) => {
  const bin = (await findInstallation({ withExtension: 'citus' }))?.binDirectory;
  if (bin === undefined || inject('citusProvider').kind !== 'local') return context.skip('no pg_dump to ask');
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  for (const sql of schema) builder.apply({ sql, line: 1 });
  const catalog = builder.finish();
  const made = plan(catalog, await analyze({ catalog, options: { tenant: 'company_id' } }));
  await using coordinator = await database.connect();
  await coordinator.query('SET client_min_messages = error');
  const [dump, traces] = [await dumpSchema(bin), await takeTraces(coordinator)];
  for (const sql of [...made.session, ...made.steps.flatMap(({ apply }) => apply)])
    await coordinator.query(sql);
  expect(await dumpSchema(bin)).toContain('ALTER DEFAULT PRIVILEGES FOR ROLE undo_app');
  for (const sql of made.steps.toReversed().flatMap(({ undo }) => undo)) await coordinator.query(sql);
  expect(await dumpSchema(bin)).toBe(dump);
  expect(newTraces(traces, await takeTraces(coordinator))).toEqual([]);
});
