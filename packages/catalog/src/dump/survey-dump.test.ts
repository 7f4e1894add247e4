import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { quietContext } from '@shardwright/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDump } from './open-dump.ts';
import { surveyDump } from './survey-dump.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'shardwright-survey-'));
});
afterAll(() => rm(directory, { recursive: true }));

const rowsOfA = Array.from({ length: 40_000 }, (_, id) => `${id}\tline\\nof ${'x'.repeat(id % 90)}\n`).join(
  '',
);
const rowsOfB = `${'long '.repeat(3_000_000)}\t7\nü\t8\n`;
const text = `SET client_encoding = 'UTF8';
CREATE TABLE a (id int, note text);
CREATE TABLE b (id int, note text, twice int GENERATED ALWAYS AS (id * 2) STORED);
COPY public.a (id, note) FROM stdin;
${rowsOfA}\\.

COPY b (note, id) FROM stdin;
${rowsOfB}\\.
CREATE TABLE late (id int);
COPY late FROM stdin;
\\.`;

async function fileOf(name: string, bytes: Buffer | string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, bytes);
  return file;
}

test('the places of rows are told to the byte, and can be gone to', async () => {
  const file = await fileOf('plain.sql', text);
  const { sections, preamble, identity, catalog } = await surveyDump(file, quietContext());
  expect(sections.map(({ table, columns }) => [table?.name, columns])).toEqual([
    ['a', ['id', 'note']],
    ['b', ['note', 'id']],
    ['late', ['id']],
  ]);
  const bytes = Buffer.from(text);
  const found = sections.map(({ start, end }) => bytes.toString('utf8', start, end));
  expect(found[0] === rowsOfA).toBe(true);
  expect(found[1] === rowsOfB).toBe(true);
  expect(found[2]).toBe('');
  expect(preamble.filter((sql) => sql.startsWith('CREATE'))).toHaveLength(2);
  expect(identity).toMatch(new RegExp(`^${bytes.length}/`));
  expect(catalog.tables.map(({ statistics }) => statistics?.rows)).toEqual([40_000, 2, 0]);
  await using opened = await openDump(file);
  const second = sections[1];
  opened.seek?.((second?.end ?? 0) - 5);
  const target = Buffer.alloc(5);
  await opened.read(target);
  expect(target.toString()).toBe('ü\t8\n');
});

test('a text has its identity however it is compressed; another text has another', async () => {
  const plain = await surveyDump(await fileOf('one.sql', text), quietContext());
  const packed = await surveyDump(await fileOf('one.sql.gz', gzipSync(text)), quietContext());
  const other = await surveyDump(await fileOf('other.sql', text.replace('ü\t8', 'ü\t9')), quietContext());
  expect(packed.identity).toBe(plain.identity);
  expect(packed.sections).toEqual(plain.sections);
  expect(other.identity).not.toBe(plain.identity);
});

test('rows in another form than that of pg_dump, and INSERTs, are told', async () => {
  const made = `CREATE TABLE c (a int, b int);
COPY c FROM stdin WITH (FORMAT csv);
1,2
\\.
INSERT INTO c VALUES (1, 2), (3, 4);
INSERT INTO c SELECT 1, 2;
SELECT pg_catalog.lowrite(0, '\\x00');
`;
  const survey = await surveyDump(await fileOf('other-forms.sql', made), quietContext());
  expect(survey.sections.map(({ format }) => format)).toEqual(['other']);
  expect([survey.firstInsertLine, survey.hasLargeObjects]).toEqual([5, true]);
  const dos = made.split('INSERT')[0]?.replace(' WITH (FORMAT csv)', '').replace('1,2', '1\t2') ?? '';
  const { sections } = await surveyDump(
    await fileOf('dos.sql', dos.replaceAll('\n', '\r\n')),
    quietContext(),
  );
  expect(sections[0]?.format).toBe('other');
});
