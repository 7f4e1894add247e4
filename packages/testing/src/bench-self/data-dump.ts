import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Random, seededRandom } from './random.ts';

/** What a generated dump is made from. */
export interface DataDumpOptions {
  readonly sizeBytes: number;
  readonly seed: number;
}

/** What was written. */
export interface DataDump {
  readonly bytes: number;
  /** Rows of each table, to prove that a reader saw them all. */
  readonly rows: ReadonlyMap<string, number>;
}

const tenants = 10_000;
const states = ['draft', 'sent', 'paid', 'overdue', 'cancelled'];
const chunkLength = 1 << 20;

/**
 * Writes a dump as pg_dump does, of about the size asked for: a narrow table (40 % of the bytes), a wide one with
 * long texts and documents (35 %), one of 120 columns (25 %), each belonging to tenants of very unequal size.
 * The same seed and size give the same bytes. Memory does not grow with the size.
 */
export async function writeDataDump(file: string, options: DataDumpOptions): Promise<DataDump> {
  const rows = new Map<string, number>();
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const chunk of generate(options, rows)) {
      bytes += chunk.length;
      // All of it is ASCII, and this conversion the fastest.
      yield Buffer.from(chunk, 'latin1');
    }
  }
  await pipeline(Readable.from(chunks(), { objectMode: true, highWaterMark: 4 }), createWriteStream(file));
  return { bytes, rows };
}

function* generate({ sizeBytes, seed }: DataDumpOptions, rows: Map<string, number>): Generator<string> {
  const random = seededRandom(seed);
  const pools = fillPools(random);
  yield header + tables;
  yield* copySection(
    'tenants',
    ['id', 'name'],
    { rows, enough: (count) => count === tenants },
    (id) => `${id}\ttenant ${id}\n`,
  );
  const share = (part: number) => ({
    rows,
    enough: (_count: number, written: number) => written >= part * sizeBytes,
  });
  yield* copySection('events', eventColumns, share(0.4), (id) => eventRow(id, random, pools));
  yield* copySection('documents', documentColumns, share(0.35), (id) => documentRow(id, random, pools));
  yield* copySection('readings', readingColumns, share(0.25), (id) => readingRow(id, random, pools));
  yield constraints + footer;
}

/** One COPY section, in chunks of about a megabyte, until there is enough. */
function* copySection(
  table: string,
  columns: readonly string[],
  until: { readonly rows: Map<string, number>; readonly enough: (count: number, bytes: number) => boolean },
  row: (id: number) => string,
): Generator<string> {
  let chunk = `COPY public.${table} (${columns.join(', ')}) FROM stdin;\n`;
  let count = 0;
  let bytes = 0;
  while (!until.enough(count, bytes)) {
    count++;
    const line = row(count);
    bytes += line.length;
    chunk += line;
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = '';
    }
  }
  until.rows.set(table, count);
  yield `${chunk}\\.\n\n\n`;
}

const eventColumns = ['id', 'tenant_id', 'kind', 'occurred_at', 'amount'];
const documentColumns = ['id', 'tenant_id', 'reference', 'title', 'body', 'attributes'];
const readingColumns = [
  'id',
  'tenant_id',
  ...Array.from({ length: 118 }, (_, index) => `${index % 3 === 2 ? 'label' : 'value'}_${index + 1}`),
];

/** Texts made once, of which rows are put together: picking is several times faster than making. */
interface Pools {
  readonly days: readonly string[];
  readonly times: readonly string[];
  readonly amounts: readonly string[];
  readonly phrases: readonly string[];
  readonly hexadecimals: readonly string[];
  /** By group of columns, runs of values with their leading tabs. */
  readonly values: readonly (readonly string[])[];
}

function eventRow(id: number, random: Random, pools: Pools): string {
  const when = `${pick(pools.days, random)} ${pick(pools.times, random)}`;
  return `${id}\t${tenant(random)}\t${random.below(12)}\t${when}+00\t${pick(pools.amounts, random)}\n`;
}

function documentRow(id: number, random: Random, pools: Pools): string {
  let body = '';
  const length = 1_000 + random.below(3_000);
  while (body.length < length) body += pick(pools.phrases, random);
  const reference = `${pick(pools.hexadecimals, random)}-${pick(pools.hexadecimals, random)}`;
  // A doubled backslash is how COPY writes one, as JSON's \n needs it.
  const attributes = `{"state": "${pick(states, random)}", "note": "one\\\\ntwo", "score": ${random.below(100)}}`;
  return `${id}\t${tenant(random)}\t${reference}\tdocument ${id}\t${body}\t${attributes}\n`;
}

function readingRow(id: number, random: Random, pools: Pools): string {
  let line = `${id}\t${tenant(random)}`;
  for (const group of pools.values) line += pick(group, random);
  return `${line}\n`;
}

function tenant(random: Random): number {
  return 1 + random.skewedBelow(tenants);
}

function pick(pool: readonly string[], random: Random): string {
  return pool[random.below(pool.length)] ?? '';
}

function fillPools(random: Random): Pools {
  const make = (count: number, one: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => one(index));
  return {
    days: make(
      336,
      (index) => `2025-${digits(2, 1 + Math.floor(index / 28))}-${digits(2, 1 + (index % 28))}`,
    ),
    times: make(86_400, (index) => new Date(index * 1000).toISOString().slice(11, 19)),
    amounts: make(50_000, () => `${random.below(10_000)}.${digits(2, random.below(100))}`),
    phrases: make(5_000, (index) => phrase(index, random)),
    hexadecimals: make(65_536, () => random.below(0x1_0000_0000).toString(16).padStart(8, '0')),
    values: make(readingColumns.length - 2, String).reduce((groups: string[][], _, index) => {
      // Groups of ten columns, each in 2,000 variants.
      const group = groups[Math.floor(index / 10)] ?? make(2_000, () => '');
      groups[Math.floor(index / 10)] = group.map((text) => text + value(index, random));
      return groups;
    }, []),
  };
}

function value(index: number, random: Random): string {
  const number = random.below(1_000);
  if (number < 300) return '\t\\N';
  return index % 3 === 2 ? `\tlabel ${number}` : `\t${number}.${number % 10}`;
}

/** Some made-up words; now and then an escape that COPY writes for a line end, a tab or a backslash. */
function phrase(index: number, random: Random): string {
  const syllables = ['ka', 'lo', 'mi', 'ren', 'ta', 'vo', 'shi', 'bel', 'dor', 'an', 'quis', 'er'];
  const words = Array.from({ length: 4 + random.below(20) }, () =>
    Array.from({ length: 1 + random.below(4) }, () => pick(syllables, random)).join(''),
  );
  return `${words.join(' ')}${index % 10 === 0 ? '.\\n' : index % 97 === 0 ? ' \\\\\\t' : ' '}`;
}

function digits(count: number, value: number): string {
  return String(value).padStart(count, '0');
}

const header = `--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET client_min_messages = warning;
SET row_security = off;

`;

const footer = `--
-- PostgreSQL database dump complete
--

`;

const tables = `CREATE TABLE public.tenants (
    id bigint NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.events (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    kind smallint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    amount numeric(12,2)
);

CREATE TABLE public.documents (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    reference text NOT NULL,
    title text NOT NULL,
    body text,
    attributes jsonb
);

CREATE TABLE public.readings (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
${readingColumns
  .slice(2)
  .map((column) => `    ${column} ${column.startsWith('label') ? 'text' : 'double precision'}`)
  .join(',\n')}
);

`;

const constraints = ['tenants', 'events', 'documents', 'readings']
  .map((table) => {
    const key = table === 'tenants' ? 'id' : 'tenant_id, id';
    const primary = `ALTER TABLE ONLY public.${table}\n    ADD CONSTRAINT ${table}_pkey PRIMARY KEY (${key});\n\n`;
    if (table === 'tenants') return primary;
    return `${primary}ALTER TABLE ONLY public.${table}\n    ADD CONSTRAINT ${table}_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);\n\n`;
  })
  .join('');
