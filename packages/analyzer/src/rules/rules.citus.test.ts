import type { Connection } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogOf, prepareCatalogs } from './catalog-of.test-support.ts';
import { designOf, spreadStatements } from './design-words.test-support.ts';
import { examples } from './examples.test-support.ts';
import { rules } from './registry.ts';
import type { DesignWords } from './rule-example.test-support.ts';
import { runRules } from './run-rules.ts';
import { serverWords } from './server-words.test-support.ts';

const database = citusDatabase();

beforeAll(prepareCatalogs);

const effectOf = new Map(rules.map((rule) => [rule.id, rule.effect]));
/** Applies a schema and a design inside a transaction that is never committed; what the server says, if it does. */
async function serverMessage(
  connection: Connection,
  sql: string,
  words: DesignWords,
  afterwards?: string,
): Promise<string | undefined> {
  await connection.query('BEGIN');
  try {
    await connection.query('SET LOCAL citus.shard_count = 4');
    await connection.query(sql);
    for (const statement of spreadStatements(words, catalogOf(sql))) await connection.query(statement);
    if (afterwards !== undefined) await connection.query(afterwards);
    return undefined;
  } catch (error) {
    return serverWords(error);
  } finally {
    await connection.query('ROLLBACK');
  }
}

describe.each(examples.filter(({ notOnServer }) => notOnServer === undefined))('$rule $name', (example) => {
  const { rule, sql, design, afterwards, nearMiss } = example;
  const isRefused = effectOf.get(rule) === 'refused';

  test(isRefused ? 'the server says what the finding says' : 'the server says nothing', async () => {
    await using connection = await database.connect();
    const said = await serverMessage(connection, sql, design, afterwards);
    const catalog = catalogOf(sql);
    const [finding] = runRules({ catalog, design: designOf(design, catalog) }).filter(
      (one) => one.rule === rule,
    );
    expect(said).toBe(finding?.citusMessage);
  });

  test.skipIf(nearMiss.notOnServer !== undefined)('the server takes the near miss', async () => {
    await using connection = await database.connect();
    expect(
      await serverMessage(connection, nearMiss.sql ?? sql, nearMiss.design ?? design, nearMiss.afterwards),
    ).toBeUndefined();
  });
});
