import { loadParser } from '@shardwright/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CatalogOrigin } from '../model/catalog.ts';
import { CatalogBuilder } from '../statements/catalog-builder.ts';
import { type CatalogFingerprint, catalogDifferences, catalogFingerprint } from './fingerprint.ts';

const shop = `
  CREATE TABLE orders (id int PRIMARY KEY, total numeric DEFAULT 0, state text CHECK (state <> 'x'));
  CREATE INDEX recent ON orders (id) WHERE total > 0;
  CREATE VIEW large AS SELECT id FROM orders WHERE total > 100;
  CREATE TABLE notes (tenant int DEFAULT NULLIF('1', '')::int, body text, tags tsvector);
  CREATE TRIGGER tag BEFORE UPDATE OF body ON notes FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('tags', 'body');
  CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
  GRANT SELECT ON orders TO reader;`;

beforeAll(loadParser);

describe('the fingerprint of a catalog', () => {
  test('does not see blanks, brackets, casts, owners, rows and lines', () => {
    const other = `-- a comment\n\n${shop
      .replace('DEFAULT 0', 'DEFAULT (0)')
      .replace("'x'", "('x'::text)")
      .replace('total > 100', '(total   >   (100)::numeric)')}
      ALTER TABLE orders OWNER TO somebody;
      INSERT INTO orders VALUES (1);`;
    expect(fingerprint(other)).toEqual(fingerprint(shop));
  });

  test.each([
    ['DEFAULT 0', 'DEFAULT 1', 'changed column public.orders.total'],
    ['state text', 'state varchar', 'changed column public.orders.state'],
    ['WHERE total > 0', 'WHERE total > 1', 'changed index recent ON public.orders'],
    ["<> 'x'", "<> 'y'", 'changed constraint orders_state_check ON public.orders'],
    ["'')::int", "'')::int::bigint", 'changed column public.notes.tenant'],
    ["NULLIF('1'", "NULLIF('2'", 'changed column public.notes.tenant'],
    ["('tags', 'body')", "('tags', 'tags')", 'changed trigger tag ON public.notes'],
    ['UPDATE OF body ON', 'UPDATE OF tags ON', 'changed trigger tag ON public.notes'],
    ['UPDATE OF body ON', 'UPDATE ON', 'changed trigger tag ON public.notes'],
    ['total > 100', 'total > 200', 'changed view public.large'],
    ['n * 2', 'n + n', 'changed function public.twice(integer)'],
    ['LANGUAGE sql', 'SECURITY DEFINER LANGUAGE sql', 'changed function public.twice(integer)'],
    ['state text', 'note int, state text', 'added column public.orders.note'],
    [
      'CREATE INDEX recent',
      'CREATE INDEX latest',
      'added index latest ON public.orders, removed index recent ON public.orders',
    ],
    [
      'TO reader',
      'TO writer',
      'removed statement GRANT SELECT ON orders TO reader, added statement GRANT SELECT ON orders TO writer',
    ],
  ])('sees %s become %s', (before, after, expected) => {
    expect(told(fingerprint(shop), fingerprint(shop.replace(before, after)))).toBe(expected);
  });

  test('tells of a table that comes or goes without all that hangs on it', () => {
    const with2 = fingerprint(
      `${shop} CREATE TABLE more (id int PRIMARY KEY, body text); CREATE INDEX b ON more (body);`,
    );
    expect(told(fingerprint(shop), with2)).toBe('added table public.more');
    expect(told(with2, fingerprint(shop))).toBe('removed table public.more');
  });

  test('changes as a whole when any object but a grant does', () => {
    const { digest } = fingerprint(shop);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(fingerprint(shop.replace('total > 100', 'total > 200')).digest).not.toBe(digest);
    expect(fingerprint(shop.replace('TO reader', 'TO writer')).digest).toBe(digest);
  });

  test('compares neither expressions of an author with those of a server, nor grants of a dump with those of a database', () => {
    const written = fingerprint(shop);
    const changed = shop.replace('total > 100', 'total > 200').replace('TO reader', 'TO writer');
    const live: CatalogFingerprint = { ...fingerprint(changed), source: 'database', wording: 'server' };
    expect(told(written, live)).toBe('');
    const dumped = fingerprint(shop, { producer: 'pg_dump 16.1' });
    expect(told(dumped, live)).toBe('changed view public.large');
  });
});

function fingerprint(sql: string, origin: Partial<CatalogOrigin> = {}): CatalogFingerprint {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'shop.sql' });
  builder.apply({ sql, line: 1 });
  const catalog = builder.finish();
  return catalogFingerprint({ ...catalog, origin: { ...catalog.origin, ...origin } });
}

function told(before: CatalogFingerprint, after: CatalogFingerprint): string {
  return catalogDifferences(before, after)
    .map(({ change, object }) => `${change} ${object}`)
    .join(', ');
}
