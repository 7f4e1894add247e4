import { readPlan } from '@shardwright/cluster';
import type { Connection } from '@shardwright/postgres';
import { loadParser } from '@shardwright/sql';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Classification } from '../model/query.ts';
import { classifyInShop, shopTables } from './classify.test-support.ts';
import { shopCases } from './shop-cases.test-support.ts';
import { shopQueries } from './shop-queries.test-support.ts';

const database = citusDatabase();
let connection: Connection;

beforeAll(async () => {
  await loadParser();
  connection = await database.connect();
  await connection.query('SET citus.shard_count = 8');
  await connection.query('SET citus.enable_repartition_joins = on');
  for (const statement of shopTables()) await connection.query(statement);
});

afterAll(() => connection?.end());

/** The class that a real plan shows. */
async function classOnCitus(sql: string): Promise<string> {
  let rows: readonly { 'QUERY PLAN': unknown }[];
  try {
    const literal = sql.replace(/\$(\d)/g, (_, number: string) => `'${Number(number) + 3}'`);
    rows = await connection.query(`EXPLAIN (FORMAT JSON, COSTS OFF) ${literal}`);
  } catch {
    return 'unsupported';
  }
  return comparable(readPlan(rows[0]?.['QUERY PLAN']));
}

/** A plan on one shard looks the same, however Citus came to it, and a fast path like any of them. */
function comparable({ class: name, taskCount }: Pick<Classification, 'class' | 'taskCount'>): string {
  if (name === 'fast-path' || (name === 'pushdown' && taskCount === 1)) return 'router';
  return name;
}

for (const { rule, queries } of shopCases) {
  describe(rule, () => {
    it.each(queries.map(([sql]) => sql))('%s', async (sql) => {
      const found = classifyInShop(sql);
      expect(comparable(found), found.reason).toBe(await classOnCitus(sql));
    });
  });
}

describe('combinations', () => {
  it.each(shopQueries)('%s', async (sql) => {
    const found = classifyInShop(sql);
    expect(comparable(found), found.reason).toBe(await classOnCitus(sql));
  });
});
