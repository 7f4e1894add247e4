import type { RelationStep } from '@shardwright/analyzer';
import type { ForeignKeyConstraint, Table } from '@shardwright/catalog';
import { nameKey, type QualifiedName } from '@shardwright/core';
import type { BackfillHop } from '../model/backfill.ts';

/** Tables of the source by `nameKey`. */
export type SourceTables = ReadonlyMap<string, Table>;

/** A relation as a hop, with what the tables promise about it. */
export function hopOf(step: Omit<RelationStep, 'notNull'>, tables: SourceTables): BackfillHop {
  const from = tables.get(nameKey(step.from));
  const to = tables.get(nameKey(step.to));
  const { columns, referencedColumns, constraint } = step;
  return {
    from: named(step.from),
    columns,
    to: named(step.to),
    referencedColumns,
    ...(constraint === undefined ? {} : { constraint }),
    isOptional: columns.some(
      (name) => !(from?.columns.find((column) => column.name === name)?.notNull ?? false),
    ),
    isUnique: to !== undefined && isUniqueOver(to, referencedColumns),
  };
}

/** Other ways over foreign keys from where a path begins to where it ends, none longer than it, shortest first. */
export function otherPaths(
  path: readonly BackfillHop[],
  tables: SourceTables,
): readonly (readonly BackfillHop[])[] {
  const [first] = path;
  const last = path.at(-1);
  if (!first || !last) return [];
  const found: (readonly BackfillHop[])[] = [];
  const follow = (at: QualifiedName, sofar: readonly BackfillHop[]): void => {
    if (sofar.length > 0 && nameKey(at) === nameKey(last.to)) {
      if (shape(sofar) !== shape(path)) found.push(sofar);
      return;
    }
    if (sofar.length === path.length || found.length >= mostPaths) return;
    const visited = new Set([nameKey(first.from), ...sofar.map(({ to }) => nameKey(to))]);
    for (const foreignKey of foreignKeysOf(tables.get(nameKey(at)))) {
      if (visited.has(nameKey(foreignKey.references))) continue;
      const step = { ...foreignKey, from: at, to: foreignKey.references, constraint: foreignKey.name };
      follow(foreignKey.references, [...sofar, hopOf(step, tables)]);
    }
  };
  follow(first.from, []);
  return found.sort((a, b) => a.length - b.length);
}

/** Beyond a handful nobody compares them. */
const mostPaths = 8;

function foreignKeysOf(table: Table | undefined): readonly ForeignKeyConstraint[] {
  return (table?.constraints ?? []).flatMap((one) => (one.kind === 'foreign-key' ? [one] : []));
}

function shape(path: readonly BackfillHop[]): string {
  return path.map(({ to, columns }) => `${nameKey(to)}(${columns.join()})`).join();
}

/** Whether a key lies within these columns; one that is partial or over expressions promises less. */
function isUniqueOver(table: Table, columns: readonly string[]): boolean {
  const isWithin = (key: readonly (string | undefined)[]): boolean =>
    key.every((column) => column !== undefined && columns.includes(column));
  return (
    table.constraints.some(
      (one) => (one.kind === 'primary-key' || one.kind === 'unique') && isWithin(one.columns),
    ) ||
    table.indexes.some(
      (index) =>
        index.unique && index.predicate === undefined && isWithin(index.keys.map(({ column }) => column)),
    )
  );
}

function named({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}
