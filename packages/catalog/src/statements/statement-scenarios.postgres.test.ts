import type { Connection } from '@shardwright/postgres';
import { loadParser } from '@shardwright/sql';
import { testDatabase } from '@shardwright/testing';
import { describe, expect, test } from 'vitest';
import { CatalogBuilder } from './catalog-builder.ts';
import { modelFacts, serverFacts } from './catalog-facts.test-support.ts';
import { scenarios } from './statement-scenarios.test-support.ts';

describe.each(Object.entries(scenarios))('%s', (_theme, statements) => {
  const database = testDatabase();

  test('the model equals PostgreSQL, and refuses what PostgreSQL refuses', async () => {
    await loadParser();
    await using connection = await database.connect();
    const builder = new CatalogBuilder({ kind: 'dump', label: 'scenario' });
    for (const [index, sql] of statements.entries()) builder.apply({ sql, line: index + 1 });
    const model = builder.finish();
    const refused: string[] = [];
    for (const sql of statements) if (!(await accepts(connection, sql))) refused.push(sql);
    const lines = new Set(model.problems.map((problem) => problem.definition.line));
    expect(statements.filter((_sql, index) => lines.has(index + 1))).toEqual(refused);
    expect(modelFacts(model)).toEqual(await serverFacts(connection));
  });
});

async function accepts(connection: Connection, sql: string): Promise<boolean> {
  try {
    await connection.query(sql);
    return true;
  } catch {
    return false;
  }
}
