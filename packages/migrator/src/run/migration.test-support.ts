import { analyze } from '@shardwright/analyzer';
import { readDatabase } from '@shardwright/catalog';
import { quietContext } from '@shardwright/core';
import { type Plan, plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';

/** What is decided for tables of a test, besides what the analysis decides by itself. */
export interface Decisions {
  readonly distribute?: Readonly<Record<string, string>>;
  readonly reference?: readonly string[];
  readonly local?: readonly string[];
  readonly shards?: number;
}

/** Fills a database, and plans its way to Citus as it would be read from plan.json. */
export async function planFor(url: string, sql: string, decisions: Decisions = {}): Promise<Plan> {
  await using connection = await connect(url);
  await connection.query(sql);
  await connection.query('ANALYZE');
  const catalog = await readDatabase(url, {}, quietContext());
  const { distribute = {}, reference = [], local = [], shards = 8 } = decisions;
  const options = {
    distribute: Object.entries(distribute).map(([table, column]) => ({ table, column })),
    reference,
    local,
    shards,
  };
  const analysis = await analyze({ catalog, options });
  return JSON.parse(JSON.stringify(plan(catalog, analysis))) as Plan;
}
