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
  async function* chunks(): AsyncGenerator<string> {
    for (const chunk of generate(options, rows)) {
      // All of it is ASCII.
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(Readable.from(chunks(), { objectMode: true, highWaterMark: 4 }), createWriteStream(file));
  return { bytes, rows };
}

function* generate({ sizeBytes, seed }: DataDumpOptions, rows: Map<string, number>): Generator<string> {
  const random = seededRandom(seed);
  const words = wordPool(random);
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
  yield* copySection('events', eventColumns, share(0.4), (id) => eventRow(id, random));
  yield* copySection('documents', documentColumns, share(0.35), (id) => documentRow(id, random, words));
  yield* copySection('readings', readingColumns, share(0.25), (id) => readingRow(id, random));
  yield constraints;
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

function eventRow(id: number, random: Random): string {
  const cents = random.below(1_000_000);
  return `${id}\t${1 + random.skewedBelow(tenants)}\t${random.below(12)}\t${moment(random)}\t${Math.floor(cents / 100)}.${twoDigits(cents % 100)}\n`;
}

function documentRow(id: number, random: Random, words: readonly string[]): string {
  let body = '';
  const length = 1_000 + random.below(3_000);
  while (body.length < length) body += pick(words, random);
  const reference = `${hexadecimal(random)}-${hexadecimal(random).slice(4)}-4000-8000-${hexadecimal(random)}0000`;
  // A doubled backslash is how COPY writes one, as JSON's \n needs it.
  const attributes = `{"state": "${pick(states, random)}", "note": "one\\\\ntwo", "score": ${random.below(100)}}`;
  return `${id}\t${1 + random.skewedBelow(tenants)}\t${reference}\t${pick(words, random)}${id}\t${body}\t${attributes}\n`;
}

function readingRow(id: number, random: Random): string {
  let line = `${id}\t${1 + random.skewedBelow(tenants)}`;
  for (let index = 0; index < 118; index++) {
    const value = random.below(1_000);
    if (value < 300) line += '\t\\N';
    else line += index % 3 === 2 ? `\tlabel ${value}` : `\t${value}.${value % 10}`;
  }
  return `${line}\n`;
}

function moment(random: Random): string {
  const day = `2025-${twoDigits(1 + random.below(12))}-${twoDigits(1 + random.below(28))}`;
  return `${day} ${twoDigits(random.below(24))}:${twoDigits(random.below(60))}:${twoDigits(random.below(60))}+00`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function hexadecimal(random: Random): string {
  return random.below(0x1_0000_0000).toString(16).padStart(8, '0');
}

function pick(words: readonly string[], random: Random): string {
  return words[random.below(words.length)] ?? '';
}

/** Runs of made-up words, some with the escapes that COPY writes for line ends, tabs and backslashes. */
function wordPool(random: Random): readonly string[] {
  const syllables = ['ka', 'lo', 'mi', 'ren', 'ta', 'vo', 'shi', 'bel', 'dor', 'an', 'quis', 'er'];
  return Array.from({ length: 2_000 }, (_, index) => {
    const word = Array.from({ length: 2 + random.below(12) }, () => pick(syllables, random)).join('');
    return index % 40 === 0 ? `${word}\\n` : index % 97 === 0 ? `${word}\\\\\\t` : `${word} `;
  });
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
