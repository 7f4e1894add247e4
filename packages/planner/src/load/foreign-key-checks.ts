import type { ForeignKeyConstraint } from '@shardwright/catalog';
import { nameKey, type QualifiedName, quoteIdentifier } from '@shardwright/core';
import { chain } from '../backfill/chain.ts';
import { hopOf, pathOfColumn, type SourceTables, type ValuePath } from '../backfill/paths.ts';
import type { ForeignKeyCheck } from '../model/load.ts';
import { nameOf } from '../model/name-of.ts';
import type { TargetTable } from '../target/target-database.ts';

/**
 * Counts for each foreign key that gains the distribution column the rows that would break it: they refer to a row of
 * another tenant, which the source allows. Those by which the column itself is filled cannot differ.
 */
export function foreignKeyChecks(
  sources: SourceTables,
  targets: readonly TargetTable[],
): readonly ForeignKeyCheck[] {
  const byName = new Map(targets.map((target) => [nameKey(target.table), target]));
  return targets.flatMap((target) => {
    const { source, table } = target;
    const key = keyPath(target, sources);
    if (key === undefined) return [];
    return source.constraints.flatMap((constraint): ForeignKeyCheck[] => {
      if (constraint.kind !== 'foreign-key' || !isExtended(constraint, target)) return [];
      const referenced = byName.get(nameKey(constraint.references));
      const beyond = referenced && keyPath(referenced, sources);
      if (beyond === undefined || key.hops[0]?.constraint === constraint.name) return [];
      const sql = countBroken(constraint, { rows: table, key, beyond }, sources);
      return [
        {
          table: nameOf(table),
          constraint: constraint.name,
          references: constraint.references,
          countBroken: sql,
        },
      ];
    });
  });
}

/** Where a table's rows have the value of the distribution column in the source; no hops where they have it. */
function keyPath(target: TargetTable, sources: SourceTables): ValuePath | undefined {
  const { decision } = target;
  if (decision.kind !== 'distributed') return undefined;
  return pathOfColumn(target, sources) ?? { hops: [], column: decision.column };
}

function isExtended({ name, columns }: ForeignKeyConstraint, { table }: TargetTable): boolean {
  return table.constraints.some(
    (one) => one.kind === 'foreign-key' && one.name === name && one.columns.length > columns.length,
  );
}

function countBroken(
  foreignKey: ForeignKeyConstraint,
  {
    rows,
    key,
    beyond,
  }: { readonly rows: QualifiedName; readonly key: ValuePath; readonly beyond: ValuePath },
  tables: SourceTables,
): string {
  const hop = hopOf(
    { ...foreignKey, from: rows, to: foreignKey.references, constraint: foreignKey.name },
    tables,
  );
  const own = chain({ ...key, rows, tables });
  const other = chain({
    hops: [hop, ...beyond.hops],
    column: beyond.column,
    rows,
    tables,
    prefix: 'other',
  });
  const referenced = `other_1.${quoteIdentifier(foreignKey.referencedColumns[0] ?? '')}`;
  return [
    'SELECT count(*)',
    own.from,
    other.joins,
    `WHERE ${own.value} IS NOT NULL AND ${referenced} IS NOT NULL AND ${own.value} IS DISTINCT FROM ${other.value}`,
  ].join('\n');
}
