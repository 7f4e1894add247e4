import { analyze } from '@shardwright/analyzer';
import { CatalogBuilder } from '@shardwright/catalog';
import { loadParser } from '@shardwright/sql';
import { beforeAll, expect, test } from 'vitest';
import { plan } from '../plan.ts';

beforeAll(loadParser);

test('no step of a plan needs large objects, which are told to be left out', async () => {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'test' });
  const statements = [
    'CREATE TABLE files (id bigint PRIMARY KEY, content oid)',
    'ALTER LARGE OBJECT 16400 OWNER TO postgres',
    "COMMENT ON LARGE OBJECT 16400 IS 'a picture'",
    'REVOKE ALL ON LARGE OBJECT 16400 FROM postgres',
    'GRANT SELECT ON LARGE OBJECT 16400 TO PUBLIC',
    "COMMENT ON TABLE files IS 'pictures'",
    'GRANT SELECT ON files TO PUBLIC',
  ];
  for (const sql of statements) builder.apply({ sql, line: 1 });
  const catalog = builder.finish();
  const made = plan(catalog, await analyze({ catalog }));
  const applied = made.steps.flatMap(({ apply }) => apply);
  expect(applied.filter((sql) => /large object/i.test(sql))).toEqual([]);
  expect(applied).toContain("COMMENT ON TABLE files IS 'pictures'");
  expect(applied).toContain('GRANT SELECT ON files TO PUBLIC');
  expect(made.leftOut).toEqual([expect.objectContaining({ object: 'large objects' })]);
});
