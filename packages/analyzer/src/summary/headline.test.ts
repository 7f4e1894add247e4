import { beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../analyze.ts';
import { catalogOf, prepareCatalogs } from '../rules/catalog-of.test-support.ts';

beforeAll(prepareCatalogs);

const shop = `
  CREATE TABLE companies (id bigint PRIMARY KEY);
  CREATE TABLE orders (id bigint, company_id bigint NOT NULL REFERENCES companies, PRIMARY KEY (company_id, id));`;

describe('headline', () => {
  it('says that rows in shards of a running Citus were not counted', async () => {
    const catalog = catalogOf(shop);
    const running = { ...catalog, origin: { ...catalog.origin, citusVersion: '13.2-1' } };
    const { headline } = await analyze({ catalog: running });
    expect(headline.sentence).toContain('runs Citus 13.2-1 already: rows in shards were not counted');
    expect((await analyze({ catalog })).headline.sentence).not.toContain('already');
  });

  it('names the way out where inheritance is what keeps tables on the coordinator', async () => {
    const { headline } = await analyze({
      catalog: catalogOf(`
        CREATE TABLE payment (id bigint PRIMARY KEY, paid_at timestamptz NOT NULL);
        CREATE TABLE payment_2007 (CHECK (paid_at < '2008-01-01')) INHERITS (payment);`),
    });
    expect(headline.verdict).toBe('no');
    expect(headline.sentence).toMatch(/ Turn the inheritance into declarative partitioning/);
  });

  it('counts what could not be read', async () => {
    const { headline } = await analyze({
      catalog: catalogOf(`${shop} ALTER TABLE nothing ADD COLUMN a int;`),
    });
    expect(headline.sentence).toMatch(/ 1 statement could not be read, and its effect is missing here\.$/);
  });
});
