import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '@shardwright/cluster';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { citusDatabase } from '../test-database.ts';
import { chapters } from './cases/chapters.test-support.ts';
import type { Case } from './conformance-case.test-support.ts';
import { renderChapter, renderSection } from './golden-file.test-support.ts';
import { shared, startPlayground, whyNot, workers } from './place.test-support.ts';
import { hasPsql } from './psql.test-support.ts';
import { runCase } from './run-case.test-support.ts';

const provider = inject('citusProvider');
const database = citusDatabase();
const psql = path.join(inject('postgresBin') ?? '', 'psql');
const writing = process.env.CONFORMANCE === 'write';

const { citus, postgres, extensions } = await readVersions();
const versions = `Citus ${citus} on PostgreSQL ${postgres}`;
const folder = fileURLToPath(
  new URL(`../../../../fixtures/conformance/citus-${citus}-postgresql-${postgres}`, import.meta.url),
);
const reason = await whyNothingRuns();

/** Both decide what is answered; their patch releases should not. */
async function readVersions() {
  await using connection = await connect(inject('postgresUrl'));
  const rows = await connection.query<{ name: string; version: string }>(
    'SELECT name, default_version AS version FROM pg_available_extensions',
  );
  const [server] = await connection.query<{ major: string }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS major",
  );
  const available = new Map(rows.map(({ name, version }) => [name, version]));
  return {
    citus: /^\d+\.\d+/.exec(available.get('citus') ?? '')?.[0] ?? 'unknown',
    postgres: String(server?.major),
    extensions: available,
  };
}

async function whyNothingRuns(): Promise<string | undefined> {
  if (!writing && !existsSync(folder)) {
    return `there are no golden files for ${versions}: npm run conformance writes them`;
  }
  if (!(await hasPsql(psql))) return `${psql} cannot be run: install the PostgreSQL client`;
  if (database.nodes.length !== workers + 1) {
    return `the answers are those of ${workers} workers, and the cluster has ${database.nodes.length - 1}`;
  }
  return undefined;
}

const cases = chapters.flatMap((chapter) => chapter.cases);
const sections = new Map<string, string>();
let playground: Cluster | undefined;

beforeAll(async () => {
  if (reason === undefined && provider.kind !== 'existing') playground = await startPlayground(provider);
});

afterAll(() => playground?.[Symbol.asyncDispose]());

for (const one of mixed(cases)) {
  test.concurrent(`${one.form}: ${one.claim} (${one.id})`, async (context) => {
    const missing =
      one.extension !== undefined && !extensions.has(one.extension)
        ? `the nodes lack the extension ${one.extension}`
        : undefined;
    const skipped = reason ?? whyNot(one, provider) ?? missing;
    if (skipped !== undefined) return context.skip(skipped);
    const { nodes, name } = database;
    const source = { provider, nodes, database: name, ...(playground ? { playground } : {}) };
    const outcome = await runCase(one, source, psql);
    sections.set(one.id, renderSection(one, outcome));
    if (one.form === 'right') context.expect(outcome.refused, outcome.transcript).toBe(false);
  });
}

/** Those that wait for one another spread among the others, so that there is always one that can run. */
function mixed(list: readonly Case[]): readonly Case[] {
  const kinds = [...new Set(list.map(kindOfPlace))];
  return kinds
    .map((kind) => list.filter((one) => kindOfPlace(one) === kind))
    .flatMap((group) => group.map((one, index) => ({ one, at: (index + 0.5) / group.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

function kindOfPlace({ place = shared }: Case): string {
  return place.kind;
}

test('no two cases have the same id', () => {
  expect(new Set(cases.map(({ id }) => id))).toHaveProperty('size', cases.length);
});

test.for(chapters)('the answers of $name are those of its golden file', async (chapter, context) => {
  if (reason !== undefined) return context.skip(reason);
  const file = path.join(folder, `${chapter.name}.md`);
  const previous = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const now = renderChapter(chapter, { versions, sections, previous });
  if (writing) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, now);
  }
  expect(now).toBe(writing ? now : previous);
});
