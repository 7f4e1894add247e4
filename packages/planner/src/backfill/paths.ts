import type { Decision, RelationStep } from '@shardwright/analyzer';
import type { ForeignKeyConstraint, Table } from '@shardwright/catalog';
import { nameKey, type QualifiedName } from '@shardwright/core';
import type { BackfillHop } from '../model/backfill.ts';
import { nameOf } from '../model/name-of.ts';
import type { TargetTable } from '../target/target-database.ts';

/** Tables of the source by `nameKey`. */
export type SourceTables = ReadonlyMap<string, Table>;

/** A way from a table's rows to values of another's column. */
export interface ValuePath {
  readonly hops: readonly BackfillHop[];
  /** At the end of it. */
  readonly column: string;
}

/** Whether rows may be without a value at the end of a path that leads them to a row. */
export function mayEndInNull({ hops, column }: ValuePath, tables: SourceTables): boolean {
  const holder = hops.at(-1)?.to;
  const found = holder && tables.get(nameKey(holder))?.columns.find(({ name }) => name === column);
  return found !== undefined && !found.notNull;
}

/** The way by which a table's rows get the distribution column; `undefined` where they have it already. */
export function pathOfColumn(
  { source, decision }: Pick<TargetTable, 'source' | 'decision'>,
  tables: SourceTables,
): ValuePath | undefined {
  if (decision.kind !== 'distributed' || !decision.addedColumn) return undefined;
  if (source.columns.some(({ name }) => name === decision.column)) return undefined;
  return {
    hops: decision.via.map((step) => hopOf(step, tables)),
    column: decision.sourceColumn ?? decision.column,
  };
}

/** A relation as a hop, with what the tables promise about it. */
export function hopOf(step: Omit<RelationStep, 'notNull'>, tables: SourceTables): BackfillHop {
  const from = tables.get(nameKey(step.from));
  const to = tables.get(nameKey(step.to));
  const { columns, referencedColumns, constraint } = step;
  return {
    from: nameOf(step.from),
    columns,
    to: nameOf(step.to),
    referencedColumns,
    ...(constraint === undefined ? {} : { constraint }),
    isOptional: columns.some(
      (name) => !(from?.columns.find((column) => column.name === name)?.notNull ?? false),
    ),
    isUnique: to !== undefined && isUniqueOver(to, referencedColumns),
  };
}

/** What other ways are looked for among. */
export interface OtherPathsInput {
  readonly path: ValuePath;
  readonly colocationGroup: string;
  readonly tables: SourceTables;
  readonly decisionOf: (name: QualifiedName) => Decision | undefined;
}

/**
 * Other ways over foreign keys to a table that has a value of the same co-location group, none longer than the path,
 * shortest first.
 */
export function otherPaths({ path, colocationGroup, tables, decisionOf }: OtherPathsInput): ValuePath[] {
  const [first] = path.hops;
  const last = path.hops.at(-1);
  if (!first || !last) return [];
  const columnOf = (name: QualifiedName): string | undefined => {
    if (nameKey(name) === nameKey(last.to)) return path.column;
    const decision = decisionOf(name);
    const isHolder =
      decision?.kind === 'distributed' &&
      decision.colocationGroup === colocationGroup &&
      (tables.get(nameKey(name))?.columns.some((column) => column.name === decision.column) ?? false);
    return isHolder ? decision.column : undefined;
  };
  const found: ValuePath[] = [];
  const follow = (at: QualifiedName, sofar: readonly BackfillHop[]): void => {
    const column = sofar.length === 0 ? undefined : columnOf(at);
    if (column !== undefined) {
      if (shape(sofar) !== shape(path.hops)) found.push({ hops: sofar, column });
      return;
    }
    if (sofar.length === path.hops.length || found.length >= mostPaths) return;
    const visited = new Set([nameKey(first.from), ...sofar.map(({ to }) => nameKey(to))]);
    for (const foreignKey of foreignKeysOf(tables.get(nameKey(at)))) {
      if (visited.has(nameKey(foreignKey.references))) continue;
      const step = { ...foreignKey, from: at, to: foreignKey.references, constraint: foreignKey.name };
      follow(foreignKey.references, [...sofar, hopOf(step, tables)]);
    }
  };
  follow(first.from, []);
  return found.sort((a, b) => a.hops.length - b.hops.length);
}

/** What speaks for a path and against each of the others, as far as the tables tell. */
export function advantage(path: ValuePath, others: readonly ValuePath[], tables: SourceTables): string {
  const isLess = (count: (one: ValuePath) => number): boolean =>
    others.every((other) => count(path) < count(other));
  const counted = (is: (hop: BackfillHop) => boolean) => (one: ValuePath) => one.hops.filter(is).length;
  if (isLess(({ hops }) => hops.length)) return 'it is the shortest';
  const optional = (one: ValuePath): number =>
    counted(({ isOptional }) => isOptional)(one) + Number(mayEndInNull(one, tables));
  if (isLess(optional)) return 'fewer of its columns may be NULL';
  if (isLess(counted(({ constraint }) => constraint === undefined))) return 'foreign keys declare it';
  return 'nothing in the definitions speaks for another';
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
