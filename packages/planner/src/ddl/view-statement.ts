import type { View } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import {
  deparse,
  type Node,
  type NodeOf,
  parseStatements,
  pick,
  pickAll,
  strings,
  walk,
} from '@shardwright/sql';
import type { TargetTable } from '../target/target-database.ts';

/** By table: the columns of the primary key as it was, and the distribution column that it gained. */
export type ExtendedKeys = ReadonlyMap<string, { readonly columns: readonly string[]; readonly key: string }>;

/** The primary keys that gained the distribution column. */
export function extendedKeys(tables: readonly TargetTable[]): ExtendedKeys {
  const entries = tables.flatMap(({ table, source, decision }) => {
    const before = source.constraints.find(({ kind }) => kind === 'primary-key');
    if (decision.kind !== 'distributed' || before?.kind !== 'primary-key') return [];
    if (before.columns.includes(decision.column)) return [];
    return [[nameKey(table), { columns: before.columns, key: decision.column }] as const];
  });
  return new Map(entries);
}

/**
 * CREATE VIEW as the source has it. Cut out of CREATE SCHEMA where it stands inside; and where a query groups by a
 * primary key that was extended, it groups by the distribution column too, or PostgreSQL would not know any more that
 * a group has one value of every column: the groups stay the same.
 */
export function createView(view: View, keys: ExtendedKeys): string {
  const parsed = parseStatements(view.definition.sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  const schema = pick(tree, 'CreateSchemaStmt');
  if (schema) {
    const inside = pickAll(schema.schemaElts, 'ViewStmt').find((one) => one.view?.relname === view.name);
    if (!inside) return view.definition.sql;
    return deparse({ ViewStmt: { ...inside, view: { ...inside.view, schemaname: view.schema } } });
  }
  const groups = tree === undefined ? [] : groupingsToExtend(tree, keys, view.schema);
  if (tree === undefined || groups.length === 0) return view.definition.sql;
  for (const { select, column } of groups) select.groupClause = [...(select.groupClause ?? []), column];
  return deparse(tree);
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
  // The sides of a UNION hang there without their kind, so a walk does not offer them.
  const visitAll = (select: NodeOf<'SelectStmt'>): void => {
    visit(select);
    for (const side of [select.larg, select.rarg]) if (side) visitAll(side);
  };
  walk(tree, (kind, inside) => {
    if (kind === 'SelectStmt') visitAll(inside as NodeOf<'SelectStmt'>);
    return true;
  });
  return found;
}

interface RelationInQuery {
  readonly schema?: string;
  readonly name: string;
  readonly alias: string;
}

function relationsIn(from: readonly Node[] | undefined): readonly RelationInQuery[] {
  return (from ?? []).flatMap((item): readonly RelationInQuery[] => {
    const join = pick(item, 'JoinExpr');
    if (join) return relationsIn([join.larg, join.rarg].filter((side) => side !== undefined));
    const range = pick(item, 'RangeVar');
    if (!range?.relname) return [];
    const { relname: name, schemaname: schema } = range;
    return [{ ...(schema === undefined ? {} : { schema }), name, alias: range.alias?.aliasname ?? name }];
  });
}
