import type { Restrictions } from '../postgres/restrictions.ts';
import type { Expression, Query, RangeEntry, SubqueryEntry, Target } from '../query-tree.ts';
import { refersOutside } from '../references.ts';
import { emptyQuery } from '../resolve/scope.ts';
import { copyQuery } from '../walk.ts';
import type { Plan, Planner } from './planning.ts';

/** The state of one pass of recursive planning over a query. */
export interface RecursivePlanning {
  readonly planner: Planner;
  readonly restrictions: Restrictions;
  /** All distribution columns of the whole query are tied together: no part of it can be worse. */
  readonly allKeysEqual: boolean;
  /** UPDATE and DELETE cannot push a join with an outer reference table down. */
  readonly isModification: boolean;
  subplans: number;
  repartitionInSubplan: boolean;
  insertInSubplan?: NonNullable<Plan['insertInSubplan']>;
}

/** Plans a subquery by itself and puts its result in its place; false when it depends on the query around it. */
export function planSubquery(query: Query, planning: RecursivePlanning): boolean {
  if (refersOutside(query)) return false;
  addSubplan(query, planning);
  Object.assign(query, resultQuery(query.targets, []));
  return true;
}

/** Plans a query by itself, for its result to be read by the rest. */
export function addSubplan(query: Query, planning: RecursivePlanning): void {
  const plan = planning.planner.planStatement(copyQuery(query));
  planning.subplans += 1;
  if (plan.kind === 'insert-select-pull' || plan.kind === 'insert-select-repartition')
    planning.insertInSubplan = plan.kind;
  planning.repartitionInSubplan ||= plan.kind === 'repartition' || plan.repartitionInSubplan;
}

/** `SELECT … FROM read_intermediate_result(…)` with the given output. */
export function resultQuery(targets: readonly Target[], names: readonly string[]): Query {
  const columns = targets.map((target, index) => names[index] ?? target.name);
  const entry: RangeEntry = {
    kind: 'function',
    functions: [],
    ordinality: false,
    intermediateResult: true,
    alias: 'intermediate_result',
    columns,
    columnTypes: targets.map((target) => target.expression.type),
    lateral: false,
  };
  return selectFrom(entry);
}

/** `SELECT <all columns> FROM <entry> WHERE …`. */
export function selectFrom(entry: RangeEntry, where?: Expression): Query {
  return {
    ...emptyQuery('select'),
    rtable: [entry],
    from: [{ kind: 'entry', entry: 0 }],
    where,
    targets: entry.columns.map((name, index) => ({
      name,
      expression: {
        kind: 'variable',
        entry: 0,
        column: index + 1,
        level: 0,
        args: [],
        type: entry.columnTypes[index],
      },
    })),
  };
}

/** A subquery in the place of a FROM item. */
export function asSubquery(entry: RangeEntry, query: Query): SubqueryEntry {
  const { alias, columns, columnTypes } = entry;
  return { kind: 'subquery', query, alias, columns, columnTypes, lateral: false };
}
