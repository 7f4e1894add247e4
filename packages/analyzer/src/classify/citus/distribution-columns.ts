import type { Expression, Query, RelationEntry, Variable } from '../query-tree.ts';
import { type Planner, placementOf } from './planning.ts';
import { entriesHaveTable, hasDistributionColumn } from './table-kinds.ts';

/** A table's column that an expression stands for, through subqueries and CTEs. */
export interface ReferencedColumn {
  readonly relation: RelationEntry;
  readonly column: number;
  /** The expression takes one field out of a composite column. */
  readonly isField: boolean;
}

/** The column behind an expression, if it is nothing but a column. `parents` are the queries around, outermost first. */
export function referencedColumn(
  expression: Expression,
  query: Query,
  parents: readonly Query[] | undefined,
): ReferencedColumn | undefined {
  if (expression.kind === 'field') {
    const [arg] = expression.args;
    if (arg?.kind !== 'variable') return undefined;
    const found = variableColumn(arg, query, parents);
    return found && { ...found, isField: true };
  }
  return expression.kind === 'variable' ? variableColumn(expression, query, parents) : undefined;
}

function variableColumn(
  variable: Variable,
  query: Query,
  parents: readonly Query[] | undefined,
): ReferencedColumn | undefined {
  let [at, above] = [query, parents ?? []];
  if (variable.level > 0) {
    const index = above.length - variable.level;
    const outer = parents ? above[index] : undefined;
    if (!outer) return undefined;
    [at, above] = [outer, above.slice(0, index)];
  }
  if (variable.column <= 0) return undefined;
  const entry = at.rtable[variable.entry];
  if (entry?.kind === 'relation') return { relation: entry, column: variable.column, isField: false };
  if (entry?.kind === 'subquery') {
    const target = entry.query.targets[variable.column - 1];
    return target && referencedColumn(target.expression, entry.query, parents && [...above, at]);
  }
  if (entry?.kind === 'cte') {
    const index = above.length - entry.levelsUp;
    const owner = entry.levelsUp === 0 ? at : above[index];
    const cte = owner?.ctes.find((candidate) => candidate.name === entry.name);
    const target = cte?.query.targets[variable.column - 1];
    if (!cte || cte.recursive || !target) return undefined;
    return referencedColumn(target.expression, cte.query, undefined);
  }
  return undefined;
}

/** Whether an expression is nothing but a distribution column. */
export function isDistributionColumn(
  planner: Planner,
  expression: Expression,
  query: Query,
  parents?: readonly Query[],
): boolean {
  const found = referencedColumn(expression, query, parents);
  return found !== undefined && isDistributionColumnOf(planner, found.relation, found.column);
}

/** Whether a table's column is its distribution column. */
export function isDistributionColumnOf(planner: Planner, relation: RelationEntry, column: number): boolean {
  return column > 0 && distributionColumnNumber(planner, relation) === column;
}

/** The distribution column's number in a FROM item; undefined for tables without one. */
export function distributionColumnNumber(
  planner: Pick<Planner, 'layout' | 'names'>,
  relation: RelationEntry,
): number | undefined {
  const placement = placementOf(planner, relation.table);
  if (!hasDistributionColumn(placement)) return undefined;
  const columns = planner.names.tables.get(relation.table)?.columns ?? [];
  const index = columns.findIndex((column) => column.name === placement.column);
  // A column that is still to be added stands behind the others.
  return index < 0 ? columns.length + 1 : index + 1;
}

/** Whether GROUP BY, DISTINCT or PARTITION BY expressions keep each group within one shard. */
export function onDistributionColumn(
  planner: Planner,
  query: Query,
  expressions: readonly Expression[],
): boolean {
  const fields = new Set<string>();
  for (const expression of expressions) {
    const found = referencedColumn(expression, query, undefined);
    if (!found || placementOf(planner, found.relation.table).kind === 'append') continue;
    if (!isDistributionColumnOf(planner, found.relation, found.column)) continue;
    if (!found.isField) return true;
    if (expression.kind === 'field') fields.add(expression.name);
  }
  // All fields of a composite key are as good as the key; how many it has is not known here.
  if (fields.size > 1) return true;
  return !entriesHaveTable(planner, query.rtable, hasDistributionColumn);
}
