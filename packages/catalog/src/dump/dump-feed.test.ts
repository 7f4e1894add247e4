import { type ProgressEvent, quietContext } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ColumnStatistics, TableStatistics } from '../model/statistics.ts';
import { CatalogBuilder } from '../statements/catalog-builder.ts';
import { DumpFeed } from './dump-feed.ts';
import type { DumpSource } from './dump-source.ts';
import { readMade as read, sourceOf } from './made-dump.test-support.ts';

beforeAll(loadParser);

const create = 'CREATE TABLE public.t (\n    id integer,\n    name text\n);\n';

async function measured(text: string, pieceBytes?: number): Promise<TableStatistics | undefined> {
  const catalog = await read([create + text], pieceBytes === undefined ? {} : { pieceBytes });
  expect(catalog.problems).toEqual([]);
  return catalog.tables[0]?.statistics;
}

const valuesOf = (column: ColumnStatistics | undefined): readonly string[] =>
  (column?.values?.entries ?? []).map(({ value }) => value).sort();

describe.each([1, 7, 1 << 20])('in pieces of %d bytes', (pieceBytes) => {
  test('CSV data is measured, quotes and line breaks in fields included', async () => {
    const text = 'COPY t FROM stdin WITH (FORMAT csv, HEADER);\nid,name\n1,"a\n""b"""\n2,\n3,""\n4,c\n\\.\n';
    const statistics = await measured(text, pieceBytes);
    expect(statistics?.rows).toBe(4);
    expect(valuesOf(statistics?.columns.name)).toEqual(['', 'a\n"b"', 'c']);
    expect(statistics?.columns.name?.nullShare).toBe(0.25);
  });

  test('psql’s \\copy from stdin has its data in the script', async () => {
    expect((await measured('\\copy t (id, name) from stdin\n1\ta\n2\tb\n\\.\n', pieceBytes))?.rows).toBe(2);
  });

  test('other delimiters and NULL texts count', async () => {
    const text = "COPY t (name, id) FROM stdin DELIMITER '|' NULL 'none';\na|1\nnone|2\n\\.";
    const statistics = await measured(text, pieceBytes);
    expect(valuesOf(statistics?.columns.name)).toEqual(['a']);
    expect(valuesOf(statistics?.columns.id)).toEqual(['1', '2']);
    expect(statistics?.columns.name?.nullShare).toBe(0.5);
  });

  test('data with carriage returns before its newlines loses them', async () => {
    const statistics = await measured(
      'COPY t (id, name) FROM stdin;\r\n1\ta\r\n2\t\\N\r\n\\.\r\n',
      pieceBytes,
    );
    expect(statistics?.rows).toBe(2);
    expect(valuesOf(statistics?.columns.name)).toEqual(['a']);
  });

  test('INSERTs are measured; what an expression gives is not guessed', async () => {
    const statistics = await measured(
      "INSERT INTO t VALUES (1, 'it''s; (x)'), (2, NULL) , -- two\n (-3, E'a\\tb\\'c');\n" +
        "INSERT INTO public.t (name, id) VALUES ('z'::text, 4) ON CONFLICT DO NOTHING;\n" +
        "INSERT INTO t VALUES (5, upper('x, y)')), (DEFAULT, 'w') RETURNING id;\nSELECT 1;\n",
      pieceBytes,
    );
    expect(statistics?.rows).toBe(6);
    expect(valuesOf(statistics?.columns.id)).toEqual(['-3', '1', '2', '4', '5']);
    expect(valuesOf(statistics?.columns.name)).toEqual(["a\tb'c", "it's; (x)", 'w', 'z']);
    expect(statistics?.columns.name).toMatchObject({ nullShare: 0.2, provenance: 'sampled' });
  });

  test('a statement after data keeps its line', async () => {
    const catalog = await read(
      [
        `${create}COPY t (id, name) FROM stdin;\n1\ta\n\\.\n\nINSERT INTO t VALUES (2,\n'b\nc');\nCREATE TABLE u ();\n`,
      ],
      { pieceBytes },
    );
    expect(catalog.tables.find(({ name }) => name === 'u')?.definition.line).toBe(12);
  });
});

test('an INSERT that selects stays a statement, and so does one into an unknown table, once', async () => {
  const catalog = await read([
    `${create}INSERT INTO t SELECT 1, 'a';\n`,
    'INSERT INTO nowhere VALUES (1);\nINSERT INTO nowhere VALUES (2);\nINSERT INTO nowhere VALUES (3);\n',
  ]);
  expect(catalog.tables[0]?.statistics).toBeUndefined();
  expect(catalog.origin.statements).toBe(5);
  const inserts = catalog.verbatim.filter(({ node }) => node === 'InsertStmt');
  expect(inserts.length + catalog.problems.length).toBe(2);
});

test('large-object data is counted and told, not kept', async () => {
  const events: ProgressEvent[] = [];
  const emit = (event: ProgressEvent): void => void events.push(event);
  const write = "SELECT pg_catalog.lowrite(0, '\\x00ff');\n";
  const catalog = await read([create, "SELECT pg_catalog.lo_open('16', 131072);\n", write.repeat(100)], {
    emit,
  });
  expect(catalog.origin.statements).toBe(102);
  expect(catalog.verbatim).toEqual([]);
  expect(events.some((event) => event.kind === 'warning' && event.message.includes('large-object'))).toBe(
    true,
  );
});

test('a row larger than the window is one row, and the columns around its long field are measured', async () => {
  const unit = 'payload \\\\ \\n '.repeat(20_000);
  const units = 300;
  function* parts(): Generator<string> {
    yield 'CREATE TABLE t (id integer, doc text, account_id integer);\nCOPY t (id, doc, account_id) FROM stdin;\n1\t';
    for (let index = 0; index < units; index++) yield unit;
    yield '\t7\n2\tshort\t8\n\\.\n';
  }
  const catalog = await read(parts());
  const statistics = catalog.tables[0]?.statistics;
  expect(statistics?.rows).toBe(2);
  expect(statistics?.bytes).toBe(unit.length * units + '1\t\t7\n2\tshort\t8\n'.length);
  expect(valuesOf(statistics?.columns.account_id)).toEqual(['7', '8']);
});

test('old dumps with backslashes in plain strings are read when they say so', async () => {
  const catalog = await read([
    "SET standard_conforming_strings = off;\nCOMMENT ON SCHEMA public IS 'it\\'s; here';\n",
    "SET standard_conforming_strings = on;\nCOMMENT ON SCHEMA public IS 'C:\\';\nCREATE TABLE t (id int);\n",
  ]);
  expect(catalog.tables.map(({ name }) => name)).toEqual(['t']);
});

test('names in another encoding are read', async () => {
  const bytes = Buffer.from(
    "SET client_encoding = 'LATIN1';\nCREATE TABLE stra\u00dfe (id int);\n",
    'latin1',
  );
  const source = sourceOf([], 1);
  let isRead = false;
  const feed = new CatalogBuilder({ kind: 'dump', label: 'latin1.sql' });
  const latin: DumpSource = {
    ...source,
    read: async (target) => {
      if (isRead) return 0;
      isRead = true;
      return bytes.copy(target);
    },
  };
  feed.finish(await new DumpFeed(latin, feed, { context: quietContext() }).run());
  expect(feed.copyTarget({ name: 'stra\u00dfe' })?.table.name).toBe('stra\u00dfe');
});

test('a stop that is asked for ends the reading', async () => {
  const abort = new AbortController();
  abort.abort();
  const builder = new CatalogBuilder({ kind: 'dump', label: 'made.sql' });
  const feed = new DumpFeed(sourceOf([create], 16), builder, {
    context: quietContext({ signal: abort.signal }),
  });
  await expect(feed.run()).rejects.toThrow('reading made.sql was stopped');
});
