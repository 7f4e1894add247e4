import type { Catalog, View } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import { deparse, type Node, type NodeOf, parseStatements, pick, pickAll, strings } from '@shardwright/sql';
import type { TargetTable } from '../target/target-database.ts';
import { type GainedColumns, hideGained } from './hide-gained.ts';
import { integerArguments, narrowCalls, type TakesInteger } from './narrow-calls.ts';
import { relationsIn, selectsIn } from './queries-in.ts';

/** By table: the columns of the primary key as it was, and the distribution column that it gained. */
type ExtendedKeys = ReadonlyMap<string, { readonly columns: readonly string[]; readonly key: string }>;

/** What the tables of a target mean for the views over them. */
export function viewSurroundings(catalog: Catalog, tables: readonly TargetTable[]): ViewSurroundings {
  const gained = tables.filter(({ table, source }) => table.columns.length > source.columns.length);
  const widened = tables.flatMap(({ table, source }) =>
    table.columns.filter(
      ({ name, type }) =>
        type.name === 'int8' && source.columns.some((one) => one.name === name && one.type.name !== 'int8'),
    ),
  );
  return {
    keys: extendedKeys(tables),
    gained: new Map(
      gained.map(({ table, source, decision }) => [
        nameKey(table),
        {
          before: source.columns.map(({ name }) => name),
          column: decision.kind === 'distributed' ? decision.column : '',
        },
      ]),
    ),
    widened: new Set(widened.map(({ name }) => name)),
    takesInteger: integerArguments(catalog.routines),
  };
}

/** The primary keys that gained the distribution column. */
function extendedKeys(tables: readonly TargetTable[]): ExtendedKeys {
  const entries = tables.flatMap(({ table, source, decision }) => {
    const before = source.constraints.find(({ kind }) => kind === 'primary-key');
    if (decision.kind !== 'distributed' || before?.kind !== 'primary-key') return [];
    if (before.columns.includes(decision.column)) return [];
    return [[nameKey(table), { columns: before.columns, key: decision.column }] as const];
  });
  return new Map(entries);
}

/** What views are held against. */
export interface ViewSurroundings {
  readonly keys: ExtendedKeys;
  readonly gained: GainedColumns;
  /** Names of columns that became bigint. */
  readonly widened: ReadonlySet<string>;
  readonly takesInteger: TakesInteger;
}

/**
 * CREATE VIEW as the source has it. Cut out of CREATE SCHEMA where it stands inside, and otherwise changed only where
 * the tables beneath it changed, so that it gives the rows and columns that it gave:
 * - where a query groups by a primary key that was extended, it groups by the distribution column too, or PostgreSQL
 *   would not know any more that a group has one value of every column;
 * - `*` stands for the columns that a table had;
 * - a join in which a gained column would meet another of its name is given the table without it;
 * - a function that takes an integer is given one.
 */
export function createView(view: View, surroundings: ViewSurroundings): string {
  const parsed = parseStatements(view.definition.sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  const schema = pick(tree, 'CreateSchemaStmt');
  if (schema) {
    const inside = pickAll(schema.schemaElts, 'ViewStmt').find((one) => one.view?.relname === view.name);
    if (!inside) return view.definition.sql;
    const whole = { ViewStmt: { ...inside, view: { ...inside.view, schemaname: view.schema } } };
    adapt(whole, view.schema, surroundings);
    return deparse(whole);
  }
  if (tree === undefined || !adapt(tree, view.schema, surroundings)) return view.definition.sql;
  return deparse(tree);
}

/** Changes a tree in place; whether anything had to be. */
function adapt(tree: Node, schema: string, surroundings: ViewSurroundings): boolean {
  const groups = groupingsToExtend(tree, surroundings.keys, schema);
  for (const { select, column } of groups) select.groupClause = [...(select.groupClause ?? []), column];
  const extended = new Set(groups.map(({ select }) => select));
  const selects = selectsIn(tree);
  // Only of a table itself does PostgreSQL know what its primary key determines.
  const joins = selects.filter((one) => !extended.has(one) && hideGained(one, schema, surroundings.gained));
  const stars = selects.filter((one) => expandStars(one, schema, surroundings));
  const calls = narrowCalls(tree, surroundings.widened, surroundings.takesInteger);
  return groups.length + joins.length + stars.length + calls.length > 0;
}

/** Writes out `*` and `t.*` where a table gained a column that they would bring along. */
function expandStars(select: NodeOf<'SelectStmt'>, schema: string, { gained }: ViewSurroundings): boolean {
  const found = relationsIn(select.fromClause).map((relation) => ({
    alias: relation.alias,
    key: nameKey({ schema: relation.schema ?? schema, name: relation.name }),
  }));
  // Of a single table only, or by its name: what more there is in a join `*` does not tell in order.
  const [only] = found;
  const isSingle =
    found.length === 1 && (select.fromClause ?? []).length === 1 && pick(select.fromClause?.[0], 'RangeVar');
  let isChanged = false;
  if (select.targetList === undefined) return false;
  select.targetList = select.targetList.flatMap((target): Node[] => {
    const reference = pick(pick(target, 'ResTarget')?.val, 'ColumnRef');
    if (!reference || !pick(reference.fields?.at(-1), 'A_Star')) return [target];
    const alias = strings(reference.fields).at(-1);
    const relation =
      alias === undefined ? (isSingle ? only : undefined) : found.find((one) => one.alias === alias);
    const columns = relation && gained.get(relation.key)?.before;
    if (!relation || !columns) return [target];
    isChanged = true;
    return columns.map((column) => {
      const fields = [relation.alias, column].map((sval) => ({ String: { sval } }));
      return { ResTarget: { val: { ColumnRef: { fields } } } };
    });
  });
  return isChanged;
}

interface Grouping {
  readonly select: NodeOf<'SelectStmt'>;
  readonly column: Node;
}

function groupingsToExtend(tree: Node, keys: ExtendedKeys, defaultSchema: string): readonly Grouping[] {
  const found: Grouping[] = [];
  const visit = (select: NodeOf<'SelectStmt'>): void => {
    const grouped = pickAll(select.groupClause, 'ColumnRef').map(({ fields }) => strings(fields));
    if (grouped.length === 0) return;
    for (const { schema, name, alias } of relationsIn(select.fromClause)) {
      const extended = keys.get(nameKey({ schema: schema ?? defaultSchema, name }));
      if (!extended) continue;
      const has = (column: string): boolean =>
        grouped.some((path) => path.at(-1) === column && (path.length === 1 || path.at(-2) === alias));
      if (!extended.columns.every(has) || has(extended.key)) continue;
      const fields = [alias, extended.key].map((sval) => ({ String: { sval } }));
      found.push({ select, column: { ColumnRef: { fields } } });
    }
  };
  for (const select of selectsIn(tree)) visit(select);
  return found;
}
