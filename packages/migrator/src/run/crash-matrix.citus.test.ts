import { randomBytes } from 'node:crypto';
import {
  copyCitusDatabase,
  createCitusTemplate,
  databaseUrl,
  dropCitusDatabase,
  type RunningCluster,
  type RunningNode,
  startCluster,
} from '@shardwright/cluster';
import { quietContext } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { LoadPath } from '../load/load-path.ts';
import { type Point, runInChild, strikeAt } from './crash.test-support.ts';
import { planFor } from './migration.test-support.ts';
import { type RunOptions, runMigration, runWatched } from './run-migration.ts';
import { digestOf, rowsOf, structureOf } from './two-sides.test-support.ts';

// Every round kills one of them at one point, then lets a run come to its end. All pairs of both are among the first
// hundred or so rounds; the rest kill at a time of no meaning.
const victims = ['tool', 'source', 'coordinator', 'worker'] as const;
type Victim = (typeof victims)[number];
const rounds = Number(process.env.CRASH_ROUNDS ?? 3);
const seed = Number(process.env.CRASH_SEED ?? randomBytes(4).readUInt32LE());

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

const decisions = {
  distribute: { companies: 'id', orders: 'company_id', items: 'company_id' },
  reference: ['regions'],
  local: ['settings'],
  shards: 4,
};

/** For each table, what psql is to read from the source and the target. */
const oracle: readonly (readonly [string, string])[] = [
  ['SELECT id, name FROM companies', 'SELECT id, name FROM companies'],
  ['SELECT code, name FROM regions', 'SELECT code, name FROM regions'],
  [
    'SELECT id, company_id, feels, note, length FROM orders',
    'SELECT id, company_id, feels, note, length FROM orders',
  ],
  [
    'SELECT i.id, o.company_id, i.order_id, i.sku FROM items i JOIN orders o ON o.id = i.order_id',
    'SELECT id, company_id, order_id, sku FROM items',
  ],
  ['SELECT name, value FROM settings', 'SELECT name, value FROM settings'],
];

const chunkBytes = 200_000;
const template = 'crash_template';
const recopied: Point = { moment: 'recopy: emptied' };

let source: RunningCluster;
let target: RunningCluster;
let plan: Plan;
let expectedRows: readonly string[];
let expectedStructure: string;
let usualMs: number;
const provider = inject('citusProvider');

beforeAll(async () => {
  if (provider.kind === 'existing') return;
  const [from, to] = await Promise.all([
    startCluster({ provider, workers: 0 }),
    startCluster({ provider, workers: 2 }),
  ]);
  if (from.provider === 'existing' || to.provider === 'existing') return;
  source = from;
  target = to;
  await using connection = await connect(source.url());
  await connection.query('CREATE DATABASE shop');
  plan = await planFor(source.url('shop'), shop, decisions);
  await createCitusTemplate(target.nodes, template);
  expectedRows = oracle.map(([query]) => digestOf(rowsOf(source.url('shop'), query)));
  await withTarget(async (options) => {
    const startedMs = performance.now();
    await runMigration(plan, options);
    usualMs = performance.now() - startedMs;
    expectedStructure = structureOf(options.target);
    expect(oracle.map(([, query]) => digestOf(rowsOf(options.target, query)))).toEqual(expectedRows);
  });
});

afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await target?.[Symbol.asyncDispose]();
});

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip("nodes of CITUS_URL's cluster are not ours to kill");
});

async function withTarget(work: (options: RunOptions) => Promise<void>): Promise<void> {
  const name = `crash_${randomBytes(4).toString('hex')}`;
  await copyCitusDatabase(target.nodes, template, name);
  try {
    await work({
      source: source.url('shop'),
      target: databaseUrl(target.url(), name),
      jobs: 2,
      chunkBytes,
      load: 'direct',
    });
  } finally {
    await dropCitusDatabase(target.nodes, name);
  }
}

function nodeOf(victim: Exclude<Victim, 'tool'>): RunningNode {
  const node = victim === 'source' ? source.nodes[0] : target.nodes[victim === 'coordinator' ? 0 : 1];
  if (!node) throw new RangeError(`there is no ${victim}`);
  return node;
}

/** Points of a run, those of its steps by their phases. */
function pointsOf({ steps }: Plan): readonly Point[] {
  const phases = [...new Set(steps.map(({ phase }) => phase))];
  return [
    { moment: 'journal made' },
    ...phases.map((phase): Point => ({ moment: 'step: before COMMIT', detail: phase })),
    ...phases.map((phase): Point => ({ moment: 'step: after COMMIT', detail: phase })),
    { moment: 'tables decided' },
    { moment: 'fenced' },
    ...[1, 4].flatMap((nth): Point[] => [
      { moment: 'chunk: before COPY', nth },
      { moment: 'chunk: after COPY', nth },
      { moment: 'chunk: before COMMIT', nth },
      { moment: 'chunk: after COMMIT', nth },
    ]),
    { moment: 'between the nodes’ COMMITs' },
    { moment: 'rows loaded' },
    { moment: 'placement proven' },
    { moment: 'finishing' },
    { moment: 'sequences moved' },
    { moment: 'before done' },
    recopied,
  ];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Round {
  readonly victim: Victim;
  /** Absent: at a time of no meaning, in parts of how long a run takes. */
  readonly point?: Point;
  readonly at: number;
  readonly load: LoadPath;
}

function roundsOf(count: number): readonly Round[] {
  const random = randomNumbers(seed);
  const pairs: { victim: Victim; point?: Point; order: number }[] = [];
  for (const victim of victims) {
    for (const point of pointsOf(plan)) pairs.push({ victim, point, order: random() });
  }
  while (pairs.length < count * 1.2) {
    const victim = victims[Math.floor(random() * victims.length)] ?? 'tool';
    pairs.push({ victim, order: random() });
  }
  const paths: readonly LoadPath[] = ['direct', 'all-nodes', 'coordinator'];
  return pairs
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ order: _, ...pair }) => ({
      ...pair,
      at: random(),
      load:
        pair.point?.moment === 'between the nodes’ COMMITs'
          ? 'direct'
          : (paths[Math.floor(random() * paths.length)] ?? 'direct'),
    }));
}

/** Kills a server as a power cut would, and starts it again. */
async function strikeServer(victim: Exclude<Victim, 'tool'>): Promise<void> {
  const node = nodeOf(victim);
  await node.kill();
  await node.start();
}

/** Begins a run, and strikes. Gives how the run ended. */
async function runAndStrike({ victim, point, at }: Round, options: RunOptions): Promise<string> {
  if (point === recopied) {
    // An earlier run had got somewhere, and the source changed.
    const early = { victim: 'tool', point: { moment: 'chunk: after COMMIT', nth: 3 }, at } as const;
    await runAndStrike({ ...early, load: 'direct' }, options);
    await using connection = await connect(options.source);
    await connection.query('UPDATE orders SET note = note WHERE id = 7');
  }
  if (victim === 'tool') {
    let kill = async (): Promise<void> => {};
    const { onMoment } = strikeAt(point ?? { moment: 'journal made', nth: 0 }, () => kill());
    const child = await runInChild(plan, options, async (moment, detail, killChild) => {
      kill = killChild;
      await onMoment(moment, detail);
    });
    const timer = point ? undefined : setTimeout(() => child.kill(), at * usualMs);
    const ended = await child.ended;
    clearTimeout(timer);
    return ended;
  }
  const { onMoment } = strikeAt(point ?? { moment: 'journal made', nth: 0 }, () => strikeServer(victim));
  const running = runWatched(plan, options, quietContext(), onMoment).then(
    () => 'done',
    (error: unknown) => String(error instanceof Error ? error.message : error),
  );
  if (point === undefined) {
    await new Promise((resolve) => {
      setTimeout(resolve, at * usualMs);
    });
    await strikeServer(victim);
  }
  return await running;
}

test(`no row is lost or doubled when something is killed (CRASH_ROUNDS=${rounds} CRASH_SEED=${seed})`, {
  timeout: 60_000 + rounds * 60_000,
}, async () => {
  const outcomes: string[] = [];
  for (const [index, round] of roundsOf(rounds).entries()) {
    const { victim, point, load } = round;
    const name = `${index} ${victim} ${load}, ${point ? `${point.moment} ${point.detail ?? ''} ${point.nth ?? ''}` : `after ${Math.round(round.at * usualMs)} ms`}`;
    await withTarget(async (given) => {
      const options = { ...given, load };
      const ended = await runAndStrike(round, options);
      const result = await runMigration(plan, options).catch((error: unknown) => {
        throw new Error(`${name}: ${ended}; the next run failed`, { cause: error });
      });
      const found = oracle.map(([, query]) => digestOf(rowsOf(options.target, query)));
      expect(found, `${name}: ${ended}`).toEqual(expectedRows);
      expect(structureOf(options.target) === expectedStructure, `${name}: structure`).toBe(true);
      outcomes.push(`${name}: ${ended.slice(0, 110)}${result.isNew ? '' : '; nothing left to do'}`);
      if (process.env.CRASH_ROUNDS) process.stderr.write(`${outcomes.at(-1)}\n`);
    });
  }
  expect(outcomes).toHaveLength(rounds);
});
