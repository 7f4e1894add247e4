import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { EnvironmentError, InputError, quietContext } from '@shardwright/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDump } from './read-dump.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'shardwright-bad-input-'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function refusal(name: string, content: string | Uint8Array): Promise<InputError> {
  const file = path.join(directory, name);
  writeFileSync(file, content);
  const error = await readDump(file, {}, quietContext()).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, got ${String(error)}`);
  expect(error.hint).toBeTruthy();
  expect(error.exitCode).toBe(2);
  return error;
}

const create = 'CREATE TABLE public.t (\n    id integer,\n    name text\n);\n';
const header = '--\n-- PostgreSQL database dump\n--\n\n';
const trailer = '--\n-- PostgreSQL database dump complete\n--\n';
const copy = 'COPY public.t (id, name) FROM stdin;\n';

test.each<[string, string | Uint8Array, string]>([
  ['empty.sql', '', 'the input is empty'],
  ['comment.sql', '-- nothing\n/* at all */\n', 'the input holds no SQL statement'],
  ['prose.txt', 'Dear all,\nhere is the dump.\n', 'prose.txt:1: this is not SQL'],
  ['binary.bin', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]), 'this is a binary file'],
  ['lite.db', 'SQLite format 3\0more', 'this is an SQLite database'],
  ['dump.xz', Buffer.from('fd377a585a000004', 'hex'), 'this is an xz archive'],
  ['dump.zip', 'PK\u0003\u0004rest', 'this is a zip archive'],
  ['wide.sql', Buffer.from(`\ufeff${create}`, 'utf16le'), 'the text is encoded in UTF-16'],
  ['wide-without-mark.sql', Buffer.from(create, 'utf16le'), 'the text is encoded in UTF-16'],
  [
    'my.sql',
    '-- MySQL dump 10.13  Distrib 8.0\n\nCREATE TABLE `t` (`id` int);\n',
    'my.sql:1: this is a dump of MySQL',
  ],
  ['my2.sql', '\n\nCREATE TABLE `t` (\n  `id` int\n) ENGINE=InnoDB;\n', 'my2.sql:3: this is a dump of MySQL'],
  ['lite.sql', 'PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n', 'lite.sql:1: this is a dump of SQLite'],
  [
    'ms.sql',
    'USE [shop]\nGO\nCREATE TABLE [dbo].[t]([id] [int])\nGO\n',
    'ms.sql:1: this is a script for SQL Server',
  ],
  [
    'encoding.sql',
    `SET client_encoding = 'SJIS';\n${create}`,
    'encoding.sql:1: the encoding SJIS cannot be read',
  ],
  [
    'quote.sql',
    `${create}COMMENT ON TABLE t IS 'it;\n`,
    "quote.sql:5: the string (') that begins here has no end",
  ],
  [
    'header.sql',
    `${header}${create}`,
    'the dump is cut off: “-- PostgreSQL database dump complete” is missing',
  ],
  [
    'data.sql',
    `${create}${copy}1\ta\n2\tb\n`,
    'data.sql:8: the dump is cut off: the data of t, which begins after line 5',
  ],
  [
    'half-statement.sql',
    `${create}CREATE TABLE u (id bigint, `,
    'half-statement.sql:5: the input is cut off: it ends in the middle of a statement',
  ],
  ['half-row.sql', `${create}${copy}1\ta\n2`, 'half-row.sql:7: the dump is cut off'],
  [
    'ragged.sql',
    `${create}${copy}1\ta\n2\n\\.\n`,
    'ragged.sql:7: this row has 1 field, but the COPY of t at line 5 has 2 columns',
  ],
  ['csv.sql', `${create}COPY t FROM stdin CSV;\n1,"a\n`, 'csv.sql:6: the dump is cut off'],
  [
    'insert.sql',
    `${create}INSERT INTO t VALUES (1, 'a'), (2, 'b`,
    'insert.sql:5: this row of an INSERT has no end',
  ],
  [
    'zeros.sql',
    Buffer.concat([Buffer.from(create.repeat(20)), Buffer.alloc(64)]),
    'zeros.sql:81: a zero byte stands between statements',
  ],
  [
    'cut.gz',
    gzipSync(create.repeat(1000)).subarray(0, 60),
    'the gzip data cannot be read: unexpected end of file',
  ],
  ['cut.zst', Buffer.from('28b52ffd0458', 'hex'), 'the zstd data cannot be read'],
  ['other.tar', tarOf('readme.txt'), 'this is a tar archive that begins with readme.txt'],
])('%s is refused with what is wrong and where', async (name, content, message) => {
  const error = await refusal(name, content);
  expect(error.message).toContain(message);
  expect(error.message).toContain(name);
});

function tarOf(name: string): Buffer {
  const block = Buffer.alloc(1024);
  block.write(name, 0);
  block.write('ustar', 257);
  return block;
}

describe('a path that cannot be read', () => {
  test('names the file', async () => {
    await expect(readDump(path.join(directory, 'none.sql'), {}, quietContext())).rejects.toThrow(
      'there is no such file',
    );
  });

  test('that is a directory of something else is told from a directory archive', async () => {
    await expect(readDump(directory, {}, quietContext())).rejects.toThrow('directory without toc.dat');
  });
});

test('an archive without pg_restore on the machine says what to install', async () => {
  const file = path.join(directory, 'dump.custom');
  writeFileSync(file, 'PGDMP\u0001\u000e');
  const search = process.env.PATH;
  process.env.PATH = directory;
  try {
    const error = await readDump(file, {}, quietContext()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(String(error)).toContain('pg_restore');
  } finally {
    process.env.PATH = search;
  }
});

test('a dump that says it is complete is', async () => {
  const file = path.join(directory, 'whole.sql');
  writeFileSync(file, `${header}${create}${copy}1\ta\n\\.\n${trailer}`);
  const catalog = await readDump(file, {}, quietContext());
  expect(catalog.tables[0]?.statistics?.rows).toBe(1);
});

test('one statement that does not parse is reported and the rest is read', async () => {
  const file = path.join(directory, 'broken.sql');
  writeFileSync(file, `${create}CREATE TABEL oops (id int);\nCREATE TABLE u (id int);\n`);
  const catalog = await readDump(file, {}, quietContext());
  expect(catalog.tables.map(({ name }) => name)).toEqual(['t', 'u']);
  expect(catalog.problems.map(({ definition }) => definition.line)).toEqual([5]);
});
