import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { quietContext } from '@shardwright/core';
import { corpusFiles, corpusMissing, testDatabase } from '@shardwright/testing';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { readDump } from '../dump/read-dump.ts';
import { type FactKind, factKinds, modelFacts, serverFacts } from './catalog-facts.test-support.ts';

const run = promisify(execFile);
const kinds = ['dumps', 'migrated', 'bench', 'stress', 'truth'] as const;
const files = kinds.flatMap((kind) => corpusFiles(kind) ?? []);

/**
 * Files of which this server cannot load all, and why. What it does load must be in the model all the same; what
 * the model has beyond that is not compared.
 */
const loadsPartly: Readonly<Record<string, string>> = {
  'adventureworks.sql': 'a foreign key that the rows of the file, without its .csv files, violate',
  'citus_docs_realtime.sql': 'hll',
  'inaturalist.sql': 'postgis',
  'osm_website.sql': 'postgis',
  'pagila.sql': 'virtual generated columns of PostgreSQL 18',
  'rnacentral.sql': 'an aggregate over array_cat(anyarray, anyarray), which PostgreSQL 14 changed',
  'supabase_15.sql': 'pgsodium, pg_graphql, pgjwt, supabase_vault',
};

/** What code makes or changes (a DO block, an event trigger): it is kept verbatim, not run. */
const madeByCode: Readonly<Record<string, RegExp>> = {
  'graphile_kitchen_sink.sql': /^function c\.current_user_id\(\) /,
  'killbill.sql': /\.record_id\|/,
};

/** What a file expects to find in its database. */
const expects: Readonly<Record<string, string>> = {
  'basejump.sql': 'anon authenticated service_role'
    .split(' ')
    .map((role) => `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`)
    .join(''),
  'graphile_kitchen_sink.sql': 'CREATE EXTENSION citext;',
  'pagila.sql':
    "CREATE FUNCTION pg_catalog.uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';",
  'rnacentral.sql': 'CREATE SCHEMA rnacen; CREATE EXTENSION pg_trgm SCHEMA rnacen;',
};

// Their parameter is called json: a keyword since PostgreSQL 16, which a dump by version 15 leaves unquoted. The
// statement is in `problems`, as it would fail on a current server.
const namedLikeKeyword = /^function c\.jsonb?_identity(_mutation)?\(/;

const table: string[] = [];
const directories: string[] = [];

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true });
  const header = ['file', ...factKinds].map((cell, index) => cell.padEnd(index === 0 ? 34 : 12)).join('');
  process.stdout.write(`${[header, ...table].join('\n')}\n`);
});

test('the corpus is there', (context) => {
  if (files.length === 0) context.skip(corpusMissing);
});

describe.each(files)('%s', (file) => {
  const database = testDatabase();

  test('the model holds what PostgreSQL holds after loading the same file', async (context) => {
    const psql = inject('postgresBin');
    if (psql === undefined) return context.skip('psql is not installed');
    const prepared = await preparedInput(file);
    const loading = run(
      path.join(psql, 'psql'),
      ['-X', '-q', '-o', '/dev/null', '-d', database.url, '-f', prepared],
      {
        // One file holds a loop that is meant to run for ever.
        env: { ...process.env, PGOPTIONS: '-c statement_timeout=5s -c client_min_messages=error' },
        cwd: path.dirname(prepared),
        maxBuffer: 1 << 28,
      },
    );
    const catalog = await readDump(file, {}, quietContext());
    await loading;
    await using connection = await database.connect();
    const server = await serverFacts(connection);
    const model = modelFacts(catalog);
    const cells = factKinds.map((kind) => difference(server[kind], model[kind]));
    table.push([path.basename(file).padEnd(34), ...cells.map((cell) => cell.padEnd(12))].join(''));
    for (const kind of factKinds) expectSame(kind, server[kind], model[kind], file);
  });

  test('the dump of that database tells the same', async (context) => {
    const binaries = inject('postgresBin');
    if (binaries === undefined) return context.skip('pg_dump is not installed');
    const directory = await mkdtemp(path.join(tmpdir(), 'catalog-'));
    directories.push(directory);
    const dump = path.join(directory, path.basename(file));
    await run(path.join(binaries, 'pg_dump'), ['--schema-only', '-f', dump, database.url]);
    const model = modelFacts(await readDump(dump, {}, quietContext()));
    await using connection = await database.connect();
    const server = await serverFacts(connection);
    for (const kind of factKinds) {
      expect(model[kind], kind).toEqual(server[kind].filter((fact) => !namedLikeKeyword.test(fact)));
    }
  });
});

/** The file as this test loads it: into the test's own database, whatever other one the file connects to. */
async function preparedInput(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const kept = text
    .replaceAll(/^\\c(?:onnect)? +[\w-]+ +(\w+).*$/gim, 'RESET search_path; SET SESSION AUTHORIZATION $1;')
    .replaceAll(/^(\\(c|connect|i|include)\b|(DROP|CREATE) DATABASE\b).*$/gim, '');
  const directory = await mkdtemp(path.join(tmpdir(), 'catalog-'));
  directories.push(directory);
  const prepared = path.join(directory, path.basename(file));
  await writeFile(prepared, `${expects[path.basename(file)] ?? ''}${kept}`);
  return prepared;
}

function difference(server: readonly string[], model: readonly string[]): string {
  const inModel = new Set(model);
  const inServer = new Set(server);
  const missing = server.filter((fact) => !inModel.has(fact)).length;
  const extra = model.filter((fact) => !inServer.has(fact)).length;
  return missing + extra === 0 ? String(server.length) : `${server.length} -${missing} +${extra}`;
}

function expectSame(kind: FactKind, server: readonly string[], model: readonly string[], file: string): void {
  const base = path.basename(file);
  const isWhole = loadsPartly[base] === undefined;
  // A sequence has no owner where the owning table did not load.
  const comparable = (fact: string): string => (isWhole ? fact : fact.replace(/ owned by .*/, ''));
  const isDeclared = (fact: string): boolean => !madeByCode[base]?.test(fact);
  const inModel = new Set(model.map(comparable));
  const inServer = new Set(server);
  const missing = server.filter((fact) => !inModel.has(comparable(fact)) && isDeclared(fact));
  const extra = isWhole ? model.filter((fact) => !inServer.has(fact) && isDeclared(fact)) : [];
  expect({ missing, extra }, kind).toEqual({ missing: [], extra: [] });
}
