import type { Column, DataType, Table } from '@shardwright/catalog';
import { nameKey, type QualifiedName } from '@shardwright/core';

/** Columns that hold the same values have to have the same type on Citus: a place in one of their classes. */
export interface ColumnPlace {
  readonly table: QualifiedName;
  readonly column: string;
}

/** What decides the types of columns. */
export interface ColumnTypesInput {
  readonly tables: readonly Table[];
  /** Pairs whose values are compared: foreign keys, keys of one co-location group, a partition and its parent. */
  readonly pairs: readonly (readonly [ColumnPlace, ColumnPlace])[];
  /** Tables whose sequences hand out numbers on every node, which only bigint can hold. */
  readonly isSpread: (table: QualifiedName) => boolean;
  /** Classes in which one of these places lies get exactly one type. */
  readonly keys: readonly ColumnPlace[];
}

const bigint: DataType = {
  schema: 'pg_catalog',
  name: 'int8',
  modifiers: [],
  arrayDimensions: 0,
  sql: 'bigint',
};
const text: DataType = { schema: 'pg_catalog', name: 'text', modifiers: [], arrayDimensions: 0, sql: 'text' };

/**
 * The types that change, by `table column`. Integers that a sequence feeds on a spread table become bigint, with all
 * that refer to them; keys of one co-location group get one type, as Citus co-locates nothing else.
 */
export function changedColumnTypes(input: ColumnTypesInput): ReadonlyMap<string, DataType> {
  const classes = new Classes();
  for (const [one, other] of input.pairs) classes.join(placeKey(one), placeKey(other));
  const columns = new Map<string, Column>();
  for (const table of input.tables) {
    for (const column of table.columns) columns.set(placeKey({ table, column: column.name }), column);
  }
  const members = new Map<string, string[]>();
  for (const key of columns.keys()) {
    const root = classes.root(key);
    const list = members.get(root);
    if (list) list.push(key);
    else members.set(root, [key]);
  }
  const keyClasses = new Set(input.keys.map((place) => classes.root(placeKey(place))));
  const fedClasses = new Set(
    input.tables
      .filter(input.isSpread)
      .flatMap((table) =>
        table.columns
          .filter((column) => column.sequence !== undefined || column.identity !== undefined)
          .map((column) => classes.root(placeKey({ table, column: column.name }))),
      ),
  );
  const changed = new Map<string, DataType>();
  for (const [root, keys] of members) {
    const types = keys.flatMap((key) => columns.get(key)?.type ?? []);
    const wanted = commonType(types, { fed: fedClasses.has(root), key: keyClasses.has(root) });
    if (wanted === undefined) continue;
    for (const key of keys) {
      const type = columns.get(key)?.type;
      if (type && isAssignable(type, wanted) && !sameType(type, wanted)) changed.set(key, wanted);
    }
  }
  return changed;
}

/** A string that equals another's exactly when table and column are the same. */
export function placeKey({ table, column }: ColumnPlace): string {
  return `${nameKey(table)} ${column}`;
}

function commonType(
  types: readonly DataType[],
  role: { readonly fed: boolean; readonly key: boolean },
): DataType | undefined {
  if (role.fed && types.some(isInteger)) return bigint;
  if (!role.key) return undefined;
  const [first] = types;
  if (first === undefined || types.every((type) => sameType(type, first))) return undefined;
  if (types.every(isInteger)) return bigint;
  if (types.every(isText)) return text;
  return undefined;
}

function isInteger({ schema, name, arrayDimensions }: DataType): boolean {
  return schema === 'pg_catalog' && arrayDimensions === 0 && /^int[248]$/.test(name);
}

function isText({ schema, name, arrayDimensions }: DataType): boolean {
  return schema === 'pg_catalog' && arrayDimensions === 0 && (name === 'text' || name === 'varchar');
}

function isAssignable(from: DataType, to: DataType): boolean {
  return isInteger(to) ? isInteger(from) : isText(from);
}

function sameType(one: DataType, other: DataType): boolean {
  // Lengths do not count for co-location.
  return (
    one.schema === other.schema && one.name === other.name && one.arrayDimensions === other.arrayDimensions
  );
}

/** Union-find over strings. */
class Classes {
  readonly #parents = new Map<string, string>();

  root(key: string): string {
    let root = key;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    for (let at = key; at !== root; ) {
      const next = this.#parents.get(at) ?? root;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(one: string, other: string): void {
    const [left, right] = [this.root(one), this.root(other)];
    if (left !== right) this.#parents.set(left, right);
  }
}
