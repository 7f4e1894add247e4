import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitCode } from '@shardwright/core';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from '../in-process.test-support.ts';
import { migrate } from '../migrate.ts';

const source = citusDatabase();
const target = citusDatabase();
let scratch = '';
const at = (name: string): string => path.join(scratch, name);

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'offline-'));
  await using connection = await source.connect();
  await connection.query(
    `CREATE TABLE companies (id bigint PRIMARY KEY, name text);
     CREATE TABLE users (id bigint PRIMARY KEY, company_id bigint REFERENCES companies, note text);
     INSERT INTO companies SELECT n, 'c' || n FROM generate_series(1, 30) n;
     INSERT INTO users SELECT n, 1 + n % 30, CASE n % 2 WHEN 0 THEN '' END FROM generate_series(1, 3000) n`,
  );
  const planned = await runInProcess(migrate, [
    ...['plan', source.url, '--out', at('plan'), '--shards', '4'],
    ...['--distribute', 'companies=id', '--distribute', 'users=company_id'],
  ]);
  expect(planned.code, planned.stderr).toBe(exitCode.yes);
  await connection.query('UPDATE users SET company_id = NULL WHERE id = 9');
});
afterAll(() => rm(scratch, { recursive: true }));

test('a plan’s rows are exported and imported; those that no shard takes are told by both', async () => {
  const exported = await runInProcess(migrate, [
    ...['export', at('plan'), '--source', source.url, '--out', at('files'), '--compress', 'gzip'],
  ]);
  expect(exported.code, exported.stderr).toBe(exitCode.yes);
  expect(exported.stdout).toContain(
    'Exported: 3,029 rows of 2 tables, and 1 row that no shard takes, all as of one moment.',
  );
  expect(exported.stderr).toContain(`migrate import ${at('files')} --target`);
  expect((await readdir(at('files/rows'))).filter((name) => !name.endsWith('.gz'))).toEqual([]);
  const imported = await runInProcess(migrate, ['import', at('files'), '--target', target.url]);
  expect(imported.code, imported.stderr).toBe(exitCode.no);
  expect(imported.stdout).toContain(
    'The migration is done: 3,029 rows of 2 tables are there, 1 row set aside.',
  );
  const again = await runInProcess(migrate, ['import', at('files'), '--target', target.url, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ isNew: false, export: { source: expect.any(String) } });
});

test('without a plan, the words name tables, and the answer for programs is the manifest', async () => {
  const argv = [
    'export',
    'users',
    'companies',
    '--source',
    source.url,
    '--out',
    at('csv'),
    '--format',
    'csv',
  ];
  const exported = await runInProcess(migrate, [...argv, '--json']);
  expect(exported.code, exported.stderr).toBe(exitCode.yes);
  const manifest = JSON.parse(exported.stdout) as { tables: { name: string; files: { name: string }[] }[] };
  expect(manifest.tables.map(({ name }) => name)).toEqual(['companies', 'users']);
  const text = await readFile(at(`csv/${manifest.tables[1]?.files[0]?.name}`), 'utf8');
  expect(text.split('\n').slice(0, 3)).toEqual(['id,company_id,note', '1,2,', '2,3,""']);
  const imported = await runInProcess(migrate, ['import', at('csv'), '--target', target.url]);
  expect(imported.code).toBe(exitCode.usage);
  expect(imported.stderr).toContain('was exported without a plan');
});

test('a plan and options that are none are refused before the source is asked', async () => {
  const refused = async (...words: readonly string[]): Promise<string> => {
    const argv = ['export', ...words, '--source', 'postgres://nobody@127.0.0.1:1/x', '--out', at('none')];
    const { code, stderr } = await runInProcess(migrate, argv);
    expect(code).toBe(exitCode.usage);
    return stderr;
  };
  expect(await refused('nowhere/plan')).toContain('nowhere/plan: there is no plan to read');
  expect(await refused('--format', 'xml')).toContain('--format does not know "xml"');
  expect(await refused('--compress', 'lz4')).toContain('choose one of none, gzip, zstd');
  expect(await refused('--chunk-size', '1kB')).toContain('--chunk-size takes a size');
});
