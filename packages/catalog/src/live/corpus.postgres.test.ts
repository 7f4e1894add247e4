import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { databaseUrl } from '@shardwright/cluster';
import { quietContext, quoteIdentifier } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { type CorpusKind, corpusFiles, corpusMissing } from '@shardwright/testing';
import { describe, expect, inject, test } from 'vitest';
import { readDump } from '../dump/read-dump.ts';
import { catalogFingerprint, catalogDifferences as fingerprintDifferences } from '../fingerprint/index.ts';
import { catalogDifferences } from './catalog-differences.test-support.ts';
import { readDatabase } from './read-database.ts';

const kinds: readonly CorpusKind[] = ['dumps', 'migrated', 'bench', 'truth', 'stress'];
const files = kinds.flatMap((kind) => corpusFiles(kind) ?? []);
const server = inject('postgresUrl');
// The embedded server comes without clients.
const ownPsql = path.join(inject('postgresBin') ?? '', 'psql');
const psql = existsSync(ownPsql) ? ownPsql : 'psql';

/** What files have done by code, which only running it can tell. */
const doneByCode: Readonly<Record<string, RegExp>> = {
  // An event trigger makes serial columns bigint.
  'killbill.sql': /^(changed )?(column|sequence) \S+record_id/,
  // A DO block creates it unless it is there.
  'temporal_visibility.sql': /^(only live:|added) extension btree_gin\b/,
};

describe('a dump and the database it was loaded into give the same catalog', () => {
  // The runner takes a group without a test for a failure.
  if (files.length === 0) test('every corpus dump', (ctx) => ctx.skip(corpusMissing));
  test.for(files.map((file) => [path.basename(file), file] as const))('%s', async ([, file], ctx) => {
    const text = await readFile(file, 'utf8');
    const name = `corpus_${randomBytes(6).toString('hex')}`;
    await using admin = await connect(server);
    await createRoles(text, (sql) => admin.query(sql));
    await admin.query(`CREATE DATABASE ${name}`);
    try {
      const problem = await load(databaseUrl(server, name), text);
      if (problem !== undefined) return ctx.skip(`does not load cleanly here: ${problem}`);
      const built = await readDump(file, {}, quietContext());
      const live = await readDatabase(databaseUrl(server, name), {}, quietContext());
      expect(live.problems.map(({ message }) => message)).toEqual([]);
      // Since 10.3 pg_dump writes expressions in the server's own words, with all names qualified.
      const withExpressions = text.includes("set_config('search_path', ''");
      const explained = doneByCode[path.basename(file)];
      const differences = catalogDifferences(built, live, { withExpressions });
      expect(differences.filter((line) => !explained?.test(line))).toEqual([]);
      const [before, after] = [catalogFingerprint(built), catalogFingerprint(live)];
      const changed = fingerprintDifferences(before, after);
      expect(changed.filter(({ object, change }) => !explained?.test(`${change} ${object}`))).toEqual([]);
      if (before.wording === 'server' && explained === undefined) expect(before.digest).toBe(after.digest);
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

/** Dumps name roles that they do not create. */
async function createRoles(text: string, execute: (sql: string) => Promise<unknown>): Promise<void> {
  const named = [...text.matchAll(/\b(?:OWNER TO|FOR ROLE|^GRANT [^;]* TO) "?(\w+)"?/gm)].map(
    ([, role]) => role ?? '',
  );
  for (const role of new Set(named)) {
    if (/^(public|current_user|session_user|current_role|postgres)$/i.test(role)) continue;
    await execute(
      `DO $$ BEGIN CREATE ROLE ${quoteIdentifier(role)}; EXCEPTION WHEN duplicate_object OR unique_violation OR reserved_name THEN NULL; END $$`,
    );
  }
}

/** The server's first complaint, if it has one. */
async function load(url: string, text: string): Promise<string | undefined> {
  // One example runs a loop without end.
  const env = { ...process.env, PGOPTIONS: '-c statement_timeout=30s -c client_min_messages=warning' };
  const child = spawn(psql, ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f', '-', url], {
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  // psql stops reading at the first error.
  child.stdin.on('error', () => {});
  // Into this database, not into one that the file makes for itself; the schema public is there.
  child.stdin.end(
    text.replaceAll(/^(\\c(onnect)?\s.*|(CREATE|DROP) DATABASE\b[^;]*;|CREATE SCHEMA public;)$/gm, ''),
  );
  const [code] = await once(child, 'close').catch(() => ['no psql']);
  return code === 0 ? undefined : (/(?:ERROR|FATAL): .*/.exec(complaints)?.[0] ?? complaints);
}
