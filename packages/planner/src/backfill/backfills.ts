import type { Analysis } from '@shardwright/analyzer';
import type { Catalog } from '@shardwright/catalog';
import { displayName, nameKey, type QualifiedName, quoteIdentifier } from '@shardwright/core';
import type { Backfill, BackfillHop } from '../model/backfill.ts';
import type { TargetTable } from '../target/target-database.ts';
import { chain } from './chain.ts';
import { backfillInSource } from './in-source.ts';
import { hopOf, otherPaths, type SourceTables } from './paths.ts';

/** How every table that gains the distribution column has it filled; partitions are filled through their parent. */
export function backfills(
  catalog: Catalog,
  tables: readonly TargetTable[],
  analysis: Analysis,
): readonly Backfill[] {
  const sources: SourceTables = new Map(catalog.tables.map((table) => [nameKey(table), table]));
  const decisions = new Map(analysis.tables.map((table) => [nameKey(table), table.decision]));
  return tables.flatMap(({ table, source, decision }): Backfill[] => {
    if (decision.kind !== 'distributed' || !decision.addedColumn || table.partitionOf) return [];
    const column = table.columns.find(({ name }) => name === decision.column);
    const path = decision.via.map((step) => hopOf(step, sources));
    const holder = path.at(-1)?.to;
    if (!column || !holder || source.columns.some(({ name }) => name === column.name)) return [];
    const held = decisions.get(nameKey(holder));
    const holderColumn = held?.kind === 'distributed' ? held.column : decision.column;
    const main = chain(path, holderColumn, sources);
    const { from, value } = main;
    const kept = source.columns.filter(({ generated }) => generated === undefined).map(({ name }) => name);
    const list = [
      ...kept.map((name) => `t.${quoteIdentifier(name)}`),
      `${value} AS ${quoteIdentifier(column.name)}`,
    ].join(', ');
    const alternatives = otherPaths(path, sources).map((other) => {
      const { from: joins, value: otherValue } = chain(other, holderColumn, sources, 'other');
      const added = joins.slice(joins.indexOf('\n'));
      return {
        path: other,
        countDifferent: `SELECT count(*)\n${from}${added}\nWHERE ${value} IS DISTINCT FROM ${otherValue}`,
      };
    });
    return [
      {
        table: { schema: table.schema, name: table.name },
        column: column.name,
        path,
        alternatives,
        columns: [...kept, column.name],
        selectPlaced: `SELECT ${list}\n${from}\nWHERE ${value} IS NOT NULL`,
        selectSetAside: `SELECT ${list}\n${from}\nWHERE ${value} IS NULL`,
        countSetAside: `SELECT count(*)\n${from}\nWHERE ${value} IS NULL`,
        inSource: backfillInSource(source, column, main, sources),
        hazards: hazardsOf(path, holder, { alternatives: alternatives.length, column: column.name }),
      },
    ];
  });
}

function hazardsOf(
  path: readonly BackfillHop[],
  holder: QualifiedName,
  { alternatives, column }: { readonly alternatives: number; readonly column: string },
): readonly string[] {
  const words = ({ from, columns }: BackfillHop): string => `${displayName(from)} (${columns.join(', ')})`;
  return [
    ...path
      .filter((hop) => hop.isOptional)
      .map((hop) => `${words(hop)} may be NULL: such rows get no ${column} and are set aside.`),
    ...path
      .filter((hop) => hop.constraint === undefined)
      .map(
        (hop) =>
          `No foreign key promises that ${words(hop)} finds a row: those that find none are set aside.`,
      ),
    ...path
      .filter((hop) => !hop.isUnique)
      .map((hop) => `${words(hop)} may find several rows of ${displayName(hop.to)}; the smallest is taken.`),
    ...(alternatives === 0
      ? []
      : [
          `${alternatives === 1 ? 'Another way leads' : `${alternatives} other ways lead`} to ${displayName(holder)}: see whether ${alternatives === 1 ? 'it gives' : 'they give'} the same values.`,
        ]),
    `Once the column is filled in the source, the application has to write it.`,
  ];
}
