import { readFileSync } from 'node:fs';
import { type Catalog, CatalogBuilder, type Table } from '@shardwright/catalog';
import { displayName, nameKey, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { splitStatements } from '@shardwright/sql';
import { citusDatabase, corpusFile, corpusMissing } from '@shardwright/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Decision } from '../model/analysis.ts';
import { prepareCatalogs } from './catalog-of.test-support.ts';
import { runRules } from './run-rules.ts';
import { serverWords } from './server-words.test-support.ts';

const schemas = [
  { kind: 'migrated', name: 'openfga.sql' },
  { kind: 'dumps', name: 'pagila.sql' },
  { kind: 'dumps', name: 'sakila.sql' },
  { kind: 'dumps', name: 'supabase_15.sql' },
  { kind: 'stress', name: 'graphile_kitchen_sink.sql' },
] as const;

beforeAll(prepareCatalogs);

describe.each(schemas)('$kind/$name', ({ kind, name }) => {
  const file = corpusFile(kind, name);
  const database = citusDatabase();

  test('what the server refuses is among the findings, and nothing is said of what it takes', async (ctx) => {
    if (file === undefined) return ctx.skip(corpusMissing);
    await using connection = await database.connect();
    const catalog = await load(connection, readFileSync(file, 'utf8'));
    const wrong: object[] = [];
    let compared = 0;
    for (const { table, decisions } of sample([...designs(catalog)])) {
      const said = await spread(connection, catalog, decisions);
      const findings = runRules({ catalog, design: { decisions, shardCount: 2, nodes: 2 } }).filter(
        // Said when shards are moved.
        (finding) => finding.effect === 'refused' && finding.rule !== 'replica-identity-missing',
      );
      const expected = findings.map((finding) => finding.citusMessage);
      compared += 1;
      if (said === undefined ? expected.length > 0 : !expected.includes(said))
        wrong.push({ table: displayName(table), decision: [...decisions], said, expected });
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(10);
  });
});

/** At most so many designs of a schema, evenly spread over its tables. */
const designsPerSchema = 25;

function sample<T>(items: readonly T[]): readonly T[] {
  const step = Math.max(1, items.length / designsPerSchema);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** Applies what the server takes of a dump, statement by statement; the catalog of exactly that. */
async function load(connection: Connection, sql: string): Promise<Catalog> {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'corpus' });
  for (const piece of splitStatements(sql.replaceAll(/^\\.*$/gm, ''))) {
    try {
      await connection.query(piece.sql);
      builder.apply({ sql: piece.sql, line: 1 });
    } catch {
      // Roles and extensions that this machine lacks, and data: the comparison is about the rest.
    }
  }
  await connection.query('RESET ALL');
  return builder.finish();
}

/** Each table by itself as a reference table, by its first columns, and by them beside its referenced tables. */
function* designs(
  catalog: Catalog,
): Generator<{ readonly table: Table; readonly decisions: ReadonlyMap<string, Decision> }> {
  for (const table of catalog.tables) {
    if (table.partitionOf !== undefined) continue;
    const partitions = catalog.tables.filter(
      (other) => other.partitionOf && nameKey(other.partitionOf.parent) === nameKey(table),
    );
    const all = (decision: Decision): [string, Decision][] =>
      [table, ...partitions].map((one) => [nameKey(one), decision]);
    // A table that refers back would be refused on the way, while this one is still local.
    const refersBack = (name: string): boolean =>
      catalog.tables.some(
        (other) =>
          nameKey(other) === name &&
          other.constraints.some(
            (one) => one.kind === 'foreign-key' && nameKey(one.references) === nameKey(table),
          ),
      );
    const targets = table.constraints.flatMap((constraint): [string, Decision][] =>
      constraint.kind === 'foreign-key' && !refersBack(nameKey(constraint.references))
        ? [[nameKey(constraint.references), { kind: 'reference' }]]
        : [],
    );
    yield { table, decisions: new Map(all({ kind: 'reference' })) };
    for (const column of table.columns.slice(0, 3)) {
      const decision: Decision = {
        kind: 'distributed',
        column: column.name,
        colocationGroup: 'group',
        addedColumn: false,
        via: [],
        method: 'hash',
        timePartitioned: false,
      };
      yield { table, decisions: new Map(all(decision)) };
      if (targets.length > 0) yield { table, decisions: new Map([...targets, ...all(decision)]) };
    }
  }
}

/** Spreads the tables inside a transaction that is rolled back; what the server says, if it does. */
async function spread(
  connection: Connection,
  catalog: Catalog,
  decisions: ReadonlyMap<string, Decision>,
): Promise<string | undefined> {
  await connection.query('BEGIN');
  try {
    await connection.query("SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
    await connection.query('SET LOCAL citus.shard_count = 2');
    for (const table of catalog.tables) {
      const decision = decisions.get(nameKey(table));
      if (decision?.kind !== 'reference' || table.partitionOf) continue;
      await connection.query(`SELECT create_reference_table(${quoteLiteral(quoteQualifiedName(table))})`);
    }
    for (const table of catalog.tables) {
      const decision = decisions.get(nameKey(table));
      if (decision?.kind !== 'distributed' || table.partitionOf) continue;
      await connection.query(
        `SELECT create_distributed_table(${quoteLiteral(quoteQualifiedName(table))}, ${quoteLiteral(decision.column)}, colocate_with => 'none')`,
      );
    }
    return undefined;
  } catch (error) {
    return serverWords(error);
  } finally {
    await connection.query('ROLLBACK');
  }
}
