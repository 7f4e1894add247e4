import { type CorpusKind, corpusFile, corpusMissing } from '@shardwright/testing';
import { describe, expect, it } from 'vitest';
import { analyze } from './analyze.ts';
import type { Analysis } from './model/analysis.ts';
import { catalogOf, decisions, readCatalog, sharedGroups } from './truths.test-support.ts';

async function analyzeCorpus(
  kind: CorpusKind,
  name: string,
  skip: (reason: string) => never,
): Promise<Analysis> {
  const path = corpusFile(kind, name) ?? skip(corpusMissing);
  return analyze({ catalog: await readCatalog(path) });
}

describe('published designs', () => {
  it('distributes TPC-C by warehouse and copies item', async (context) => {
    const analysis = await analyzeCorpus('bench', 'benchbase_tpcc.sql', context.skip);
    const { item, warehouse, history, ...others } = decisions(analysis);
    expect(item).toBe('reference');
    expect(warehouse).toBe('w_id');
    expect(['h_w_id', 'h_c_w_id']).toContain(history);
    expect(others).toEqual({
      stock: 's_w_id',
      district: 'd_w_id',
      customer: 'c_w_id',
      oorder: 'o_w_id',
      new_order: 'no_w_id',
      order_line: 'ol_w_id',
    });
    expect(sharedGroups(analysis)).toEqual(['w_id']);
    expect(analysis.optimisation.status).toBe('optimal');
    expect(analysis.optimisation.gap).toBe(0);
  });

  it('distributes TPC-H lineitem and orders by orderkey and copies the rest', async (context) => {
    const analysis = await analyzeCorpus('bench', 'benchbase_tpch.sql', context.skip);
    expect(decisions(analysis)).toEqual({
      region: 'reference',
      nation: 'reference',
      part: 'reference',
      supplier: 'reference',
      partsupp: 'reference',
      customer: 'reference',
      orders: 'o_orderkey',
      lineitem: 'l_orderkey',
    });
    expect(sharedGroups(analysis)).toEqual(['orderkey']);
  });

  it('adds region, nation and supplier to TPC-C as reference tables for CH-benCHmark', async (context) => {
    const paths = ['benchbase_tpcc.sql', 'ch_tables.sql'].map(
      (name) => corpusFile('bench', name) ?? context.skip(corpusMissing),
    );
    const catalogs = await Promise.all(paths.map(readCatalog));
    const [first, second] = catalogs;
    if (first === undefined || second === undefined) return;
    const analysis = await analyze({
      catalog: { ...first, tables: [...first.tables, ...second.tables] },
    });
    const found = decisions(analysis);
    expect([found.region, found.nation, found.supplier, found.item]).toEqual(
      Array.from({ length: 4 }, () => 'reference'),
    );
    expect(found.warehouse).toBe('w_id');
    expect(found.order_line).toBe('ol_w_id');
  });

  it('gives all ad analytics tables their company, adding and filling the column where it is missing', async (context) => {
    const analysis = await analyzeCorpus('truth', 'citus_docs_adanalytics_before.sql', context.skip);
    expect(decisions(analysis)).toEqual({
      companies: 'id',
      campaigns: 'company_id',
      ads: '+company_id',
      clicks: '+company_id',
      impressions: '+company_id',
    });
    const clicks = analysis.tables.find(({ name }) => name === 'clicks');
    expect(clicks?.decision.kind === 'distributed' && clicks.decision.via.map(({ to }) => to.name)).toEqual([
      'ads',
      'campaigns',
    ]);
    expect(analysis.colocationGroups).toHaveLength(1);
    expect(analysis.headline.counts.needBackfill).toBe(3);
  });

  it('distributes the multi-tenant tutorial by company, without a single foreign key', async (context) => {
    const analysis = await analyzeCorpus('truth', 'citus_docs_tutorial_mt.sql', context.skip);
    expect(decisions(analysis)).toEqual({ companies: 'id', campaigns: 'company_id', ads: 'company_id' });
    expect(analysis.relations.every(({ origin }) => origin === 'inferred')).toBe(true);
    expect(analysis.relations.every(({ evidence }) => evidence !== undefined)).toBe(true);
  });

  it('co-locates GitHub events with their users, or spreads them by repository', async (context) => {
    const analysis = await analyzeCorpus('truth', 'citus_docs_github_events.sql', context.skip);
    const found = decisions(analysis);
    expect(['user_id', 'repo_id']).toContain(found.github_events);
    expect(found.github_users).toBe('user_id');
  });

  it('shards time series by repository and keeps their time partitions', async (context) => {
    const analysis = await analyzeCorpus('truth', 'citus_docs_timeseries.sql', context.skip);
    const events = analysis.tables.find(({ name }) => name === 'github_events');
    expect(events?.decision).toMatchObject({ kind: 'distributed', column: 'repo_id', timePartitioned: true });
    expect(events?.partitionedBy).toBe('created_at');
  });

  it('distributes real-time analytics by site', async (context) => {
    const analysis = await analyzeCorpus('truth', 'citus_docs_realtime.sql', context.skip);
    expect(decisions(analysis)).toEqual({ http_request: 'site_id', http_request_1min: 'site_id' });
  });

  it('distributes Kill Bill by its tenants', async (context) => {
    const analysis = await analyzeCorpus('dumps', 'killbill.sql', context.skip);
    const found = decisions(analysis);
    for (const table of ['accounts', 'invoices', 'invoice_items', 'payments', 'subscriptions', 'bundles'])
      expect(['tenant_record_id', 'account_record_id']).toContain(found[table]);
    expect(sharedGroups(analysis)[0]).toBe('tenant_record_id');
  });

  it.for([
    ['stackexchange.sql', 'postid', ['posthistory', 'votes', 'comments', 'postlinks', 'posttags']],
    ['danbooru.sql', 'post_id', ['post_versions', 'post_votes', 'comments', 'notes', 'favorites']],
  ] as const)(
    'spreads the posts of %s with what belongs to them: a copy would take every write on every node',
    async ([name, column, belonging], context) => {
      const found = decisions(await analyzeCorpus('dumps', name, context.skip));
      expect(found.posts).toBe('id');
      expect(belonging.map((table) => found[table])).toEqual(belonging.map(() => column));
    },
  );

  it('does not take people for rows of a project that they may have', async (context) => {
    const found = decisions(await analyzeCorpus('dumps', 'panoptes.sql', context.skip));
    expect(found).toMatchObject({ projects: 'id', users: 'reference', classifications: 'project_id' });
  });

  it('keeps each microservice schema on one node', async () => {
    const catalog = await catalogOf(`
      CREATE SCHEMA user_service AUTHORIZATION user_service;
      CREATE SCHEMA time_service AUTHORIZATION time_service;
      CREATE SCHEMA ping_service AUTHORIZATION ping_service;
      CREATE TABLE user_service.users (id serial PRIMARY KEY, name varchar(255) NOT NULL);
      CREATE TABLE time_service.query_details (id serial PRIMARY KEY, ip_address inet NOT NULL);
      CREATE TABLE ping_service.ping_results (id serial PRIMARY KEY, host varchar(255) NOT NULL);`);
    const analysis = await analyze({ catalog });
    expect(decisions(analysis)).toEqual({ users: 'schema', query_details: 'schema', ping_results: 'schema' });
    expect(analysis.headline.counts.singleShard).toBe(3);
  });

  it('keeps each tenant schema on one node and copies what the tenants share', async () => {
    const tenants = ['acme', 'globex', 'initech'].map(
      (schema) => `
      CREATE SCHEMA ${schema};
      CREATE TABLE ${schema}.orders (id bigint PRIMARY KEY, country_id int NOT NULL REFERENCES public.countries, total numeric);
      CREATE TABLE ${schema}.items (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES ${schema}.orders);`,
    );
    const catalog = await catalogOf(
      `CREATE TABLE public.countries (id int PRIMARY KEY, name text NOT NULL);${tenants.join('')}`,
    );
    const analysis = await analyze({ catalog });
    const shared = analysis.tables.find(({ name }) => name === 'countries');
    expect(shared?.decision.kind).toBe('reference');
    expect(analysis.headline.counts.singleShard).toBe(6);
    expect(analysis.colocationGroups.map(({ name }) => name).sort()).toEqual(['acme', 'globex', 'initech']);
  });

  it('spreads pgbench by account or by branch', async () => {
    const catalog = await catalogOf(`
      CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
      CREATE TABLE pgbench_tellers (tid int NOT NULL PRIMARY KEY, bid int, tbalance int, filler char(84));
      CREATE TABLE pgbench_accounts (aid int NOT NULL PRIMARY KEY, bid int, abalance int, filler char(84));
      CREATE TABLE pgbench_branches (bid int NOT NULL PRIMARY KEY, bbalance int, filler char(88));`);
    const found = decisions(await analyze({ catalog }));
    expect(['aid', 'bid']).toContain(found.pgbench_accounts);
    expect(found.pgbench_history).toBe(found.pgbench_accounts);
  });
});
