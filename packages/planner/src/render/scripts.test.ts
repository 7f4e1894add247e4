import { type Analysis, analyze } from '@shardwright/analyzer';
import { type Catalog, CatalogBuilder, readDump } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import { loadParser, parseStatements, splitStatements } from '@shardwright/sql';
import { corpusFile, corpusMissing } from '@shardwright/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan, Step } from '../model/plan.ts';
import { plan } from '../plan.ts';
import { renderMigration } from './migration-script.ts';
import { renderRollback } from './rollback-script.ts';

const schema = `
  CREATE EXTENSION citext;
  CREATE TABLE companies (id serial PRIMARY KEY, name text UNIQUE);
  CREATE TABLE users (id serial PRIMARY KEY, company_id int REFERENCES companies, email text UNIQUE);
  CREATE TABLE posts (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text);
  CREATE VIEW titles AS SELECT title FROM posts -- the last word
  ;
  GRANT SELECT ON posts TO reader;`;

let made: Plan;
let catalog: Catalog;
let analysis: Analysis;
beforeAll(async () => {
  await loadParser();
  const builder = new CatalogBuilder({ kind: 'dump', label: 'shop.sql' });
  builder.apply({ sql: schema, line: 1 });
  catalog = builder.finish();
  analysis = await analyze({ catalog, options: { tenant: 'company_id' } });
  made = plan(catalog, analysis);
});

describe('migration.sql', () => {
  test('says what it is of, when it was made, how it is run and how one goes on', () => {
    const head = headOf(renderMigration(made, { madeAt: '2026-05-04 03:02 UTC', toolVersion: '1.2.3' }));
    for (const words of [
      'shop.sql',
      made.fingerprint.digest,
      '2026-05-04 03:02 UTC, shardwright 1.2.3',
      `${made.steps.length} steps`,
      '-v section=pre-data',
      '-v section=post-data',
      'rollback.sql',
    ])
      expect(head).toContain(words);
  });

  test('holds every statement once, in order, under its step and phase', () => {
    const script = renderMigration(made);
    let at = 0;
    for (const { apply, title } of made.steps) {
      for (const text of [title, ...apply]) {
        const found = script.indexOf(text, at);
        expect(found, text).toBeGreaterThanOrEqual(at);
        at = found + text.length;
      }
    }
    expect(script).toContain(`-- [1/${made.steps.length}]  ${made.steps[0]?.title}`);
    expect(script).toMatch(/-- =+\n-- Foreign keys \(\d+\)\n-- =+\n/);
  });

  test('has the place for the rows behind the tables and before keys and indexes', () => {
    const script = renderMigration(made);
    const load = script.indexOf('-- LOAD');
    expect(script.lastIndexOf('create_distributed_table')).toBeLessThan(load);
    expect(script.indexOf('ADD CONSTRAINT')).toBeGreaterThan(load);
    const told = script.slice(load, script.indexOf('\\if', load));
    expect(told).toContain('posts gains company_id');
    expect(told).toContain('users.company_id becomes NOT NULL');
  });

  test('sets the session: names resolve as in the source, bodies are not checked', () => {
    const elsewhere = { ...catalog, origin: { ...catalog.origin, defaultSchema: 'Shop, really' } };
    const script = renderMigration(plan(elsewhere, analysis));
    expect(script).toContain('SET search_path = "Shop, really", public;');
    expect(script).toContain('SET check_function_bodies = off;');
    expect(renderMigration(made)).toContain('SET search_path = public;');
  });

  test('names the lines of its settings for those who go on in its middle', () => {
    const lines = renderMigration(made).split('\n');
    const [, from, to] = /sed -n '(\d+),(\d+)p;/.exec(lines.join('\n')) ?? [];
    const settings = lines.slice(Number(from) - 1, Number(to));
    expect(settings.at(0)).toBe('\\set ON_ERROR_STOP on');
    expect(settings.at(-1)).toBe('SET search_path = public;');
  });

  test('ends a statement behind its last comment', () => {
    expect(renderMigration(made)).toContain('SELECT title FROM posts -- the last word\n;\n');
    const commented = stepOf({ apply: ['SELECT 1 -- not the end'] });
    expect(statementsOf(renderMigration({ ...made, steps: [commented] })).at(-1)).toContain('SELECT 1');
  });
});

describe('rollback.sql', () => {
  test('takes back every step, the last one first, and passes over what is not there', () => {
    const undo = [...made.steps].reverse().flatMap((step) => step.undo);
    const statements = statementsOf(renderRollback(made)).slice(-undo.length);
    expect(statements).toHaveLength(undo.length);
    for (const [index, statement] of statements.entries()) {
      expect(statement.replaceAll(' IF EXISTS', '')).toBe(undo[index]?.replaceAll(' IF EXISTS', ''));
      if (!/^(RE)?SET /.test(statement)) expect(statement).toMatch(/^(DROP|ALTER) (\w+ )+?IF EXISTS /);
      if (statement.includes(' DROP CONSTRAINT ')) expect(statement).toContain('DROP CONSTRAINT IF EXISTS ');
    }
  });

  test('says what goes and what stays', () => {
    const head = headOf(renderRollback(made));
    expect(head).toContain('WITH ALL ROWS');
    expect(head).toMatch(/Extensions go too.*: citext/);
    expect(head).toMatch(/Roles stay.*: reader/);
  });
});

describe('both scripts', () => {
  test('are nothing but statements and comments, whatever names and reasons hold', () => {
    const words = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\nDROP TABLE x;', "\\! ls ';'"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { maxLength: 5 }), words, (pairs, label) => {
        const steps = pairs.map(([title, hazard], index) =>
          stepOf({ title, hazards: [hazard], apply: [`SELECT ${index}`], undo: [`DROP TABLE t${index}`] }),
        );
        const odd = { ...made, steps, origin: { ...made.origin, label }, changes: [] };
        const numbers = statementsOf(renderMigration(odd)).filter((sql) => /^SELECT \d+$/.test(sql));
        expect(numbers).toEqual(steps.flatMap(({ apply }) => apply));
        const drops = statementsOf(renderRollback(odd)).filter((sql) => sql.startsWith('DROP'));
        expect(drops).toEqual(steps.map((_, index) => `DROP TABLE IF EXISTS t${index}`).reverse());
      }),
    );
  });

  const files = [
    ['dumps', 'adventureworks.sql'],
    ['dumps', 'danbooru.sql'],
    ['dumps', 'gisia.sql'],
    ['dumps', 'travis.sql'],
    ['migrated', 'crates_io.sql'],
    ['migrated', 'basejump.sql'],
  ] as const;
  test.for(files)('of %s/%s parse, statement by statement', async ([kind, name], context) => {
    const file = corpusFile(kind, name);
    if (file === undefined) return context.skip(corpusMissing);
    const catalog = await readDump(file, {}, quietContext());
    const planned = plan(catalog, await analyze({ catalog }));
    for (const script of [renderMigration(planned), renderRollback(planned)]) {
      const wrong = statementsOf(script).flatMap((sql) => {
        const parsed = parseStatements(sql);
        return parsed.ok ? [] : [`${parsed.problem.message}: ${sql}`];
      });
      expect(wrong).toEqual([]);
    }
  });
});

/** The statements of a script, as psql would send them with `section` unset. */
function statementsOf(script: string): readonly string[] {
  const sql = script
    .replace(/^\\gset$/gm, ';')
    .replace(/^\\(set|o|echo|if|else|endif|quit)\b.*$/gm, '')
    .replaceAll(":'section'", "'all'");
  return splitStatements(sql).map((piece) => piece.sql.replace(/^(\s*--.*\n|\s+)+/, '').trimEnd());
}

function headOf(script: string): string {
  return script.slice(0, script.indexOf('\\set'));
}

function stepOf(parts: Partial<Step>): Step {
  const whole: Step = {
    id: 'x',
    phase: 'tables',
    subject: 'x',
    title: 'x',
    apply: [],
    undo: [],
    hazards: [],
  };
  return { ...whole, ...parts };
}
