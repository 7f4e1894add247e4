import { randomBytes } from 'node:crypto';
import {
  copyCitusDatabase,
  createCitusTemplate,
  databaseUrl,
  dropCitusDatabase,
  type Provider,
  type RunningCluster,
  type RunningNode,
  startCluster,
} from '@shardwright/cluster';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { planFor } from './migration.test-support.ts';
import type { RunOptions } from './run-migration.ts';
import { digestOf, rowsOf, structureOf } from './two-sides.test-support.ts';

/** A server that can be killed. */
export type Server = 'source' | 'coordinator' | 'worker';

const shop = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TABLE companies (id serial PRIMARY KEY, name text NOT NULL);
  CREATE TABLE regions (code text PRIMARY KEY, name text);
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, company_id int REFERENCES companies, feels mood,
    note text, length int GENERATED ALWAYS AS (char_length(note)) STORED
  );
  CREATE INDEX orders_note ON orders (note);
  CREATE TABLE items (id serial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, sku text);
  CREATE INDEX items_sku ON items (sku);
  CREATE TABLE settings (name text PRIMARY KEY, value text);
  COMMENT ON TABLE settings IS 'of the house';
  INSERT INTO companies (name) SELECT 'c' || n FROM generate_series(1, 40) n;
  INSERT INTO regions SELECT 'r' || n, E'two\\nlines\\t' || n FROM generate_series(1, 30) n;
  INSERT INTO orders (company_id, feels, note)
    SELECT 1 + n % 40, (ARRAY['sad', 'ok'])[1 + n % 2]::mood, repeat('ä', n % 40) FROM generate_series(0, 3999) n;
  INSERT INTO items (order_id, sku) SELECT 1 + n % 4000, 's' || n FROM generate_series(1, 9000) n;
  INSERT INTO settings SELECT 'k' || n, 'v' FROM generate_series(1, 20) n`;

// After the analysis, which would have decided otherwise.
const withoutTenant = `
  UPDATE orders SET company_id = NULL WHERE id % 500 = 3;
  DELETE FROM items WHERE order_id % 500 = 3`;

const decisions = {
  distribute: { companies: 'id', orders: 'company_id', items: 'company_id' },
  reference: ['regions'],
  local: ['settings'],
  shards: 4,
};

/** What psql is to read from the source, and what from the target. */
const oracle: readonly (readonly [string, string])[] = [
  ['SELECT id, name FROM companies', 'SELECT id, name FROM companies'],
  ['SELECT code, name FROM regions', 'SELECT code, name FROM regions'],
  ['SELECT name, value FROM settings', 'SELECT name, value FROM settings'],
  [
    'SELECT id, company_id, feels, note, length FROM orders WHERE company_id IS NOT NULL',
    'SELECT id, company_id, feels, note, length FROM orders',
  ],
  [
    'SELECT i.id, o.company_id, i.order_id, i.sku FROM items i JOIN orders o ON o.id = i.order_id',
    'SELECT id, company_id, order_id, sku FROM items',
  ],
  // Each shard is joined with its like: a row in another than its own is not found.
  [
    'SELECT i.id, o.id, c.id FROM items i JOIN orders o ON o.id = i.order_id JOIN companies c ON c.id = o.company_id',
    `SELECT i.id, o.id, c.id FROM items i JOIN orders o ON o.company_id = i.company_id AND o.id = i.order_id
     JOIN companies c ON c.id = i.company_id`,
  ],
  [
    'SELECT id, note FROM orders WHERE company_id IS NULL',
    "SELECT content->>'id', content->>'note' FROM shardwright.quarantine",
  ],
  ...['companies_id_seq', 'orders_id_seq', 'items_id_seq'].map((sequence): readonly [string, string] => [
    `SELECT last_value, is_called FROM ${sequence}`,
    `SELECT last_value, is_called FROM ${sequence}`,
  ]),
];

const template = 'crash_template';

/** A source and a target that can be killed, with a plan for the way from one to the other. */
export interface CrashScene extends AsyncDisposable {
  readonly plan: Plan;
  readonly sourceUrl: string;
  /** SIGKILL to all processes of a server, as a power cut would; then it is started again. */
  strike(server: Server): Promise<void>;
  /** Work on an empty target, which is dropped after it. */
  withTarget(work: (options: RunOptions) => Promise<void>): Promise<void>;
  /** Rows of the source, by psql. */
  expectedRows(): readonly string[];
  /** Rows of a target, by psql. */
  foundRows(target: string): readonly string[];
  /** What a target is made of, by pg_dump. */
  structure(target: string): string;
}

/** Starts both sides. */
export async function openCrashScene(provider: Provider): Promise<CrashScene> {
  const [source, target] = await Promise.all([startOwn(provider, 0), startOwn(provider, 2)]);
  await using connection = await connect(source.url());
  await connection.query('CREATE DATABASE shop');
  const sourceUrl = source.url('shop');
  const plan = await planFor(sourceUrl, shop, decisions);
  await using database = await connect(sourceUrl);
  await database.query(withoutTenant);
  // What a crash would otherwise do to sequences: they go on a little beyond where they stood.
  await database.query('CHECKPOINT');
  await createCitusTemplate(target.nodes, template);
  const nodeOf = (server: Server): RunningNode => {
    const node = server === 'source' ? source.nodes[0] : target.nodes[server === 'coordinator' ? 0 : 1];
    if (!node) throw new RangeError(`there is no ${server}`);
    return node;
  };
  return {
    plan,
    sourceUrl,
    strike: async (server) => {
      await nodeOf(server).kill();
      await nodeOf(server).start();
    },
    withTarget: async (work) => {
      const name = `crash_${randomBytes(4).toString('hex')}`;
      await copyCitusDatabase(target.nodes, template, name);
      try {
        await work({
          source: sourceUrl,
          target: databaseUrl(target.url(), name),
          jobs: 2,
          chunkBytes: 200_000,
          load: 'direct',
        });
      } finally {
        await dropCitusDatabase(target.nodes, name);
      }
    },
    expectedRows: () => oracle.map(([query]) => `${query}: ${digestOf(rowsOf(sourceUrl, query))}`),
    foundRows: (url) => oracle.map(([query, there]) => `${query}: ${digestOf(rowsOf(url, there))}`),
    structure: structureOf,
    [Symbol.asyncDispose]: async () => {
      await source[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

async function startOwn(provider: Provider, workers: number): Promise<RunningCluster> {
  const cluster = await startCluster({ provider, workers });
  if (cluster.provider === 'existing') throw new RangeError('its nodes are not ours to kill');
  return cluster;
}
