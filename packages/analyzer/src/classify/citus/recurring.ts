import type { FunctionEntry, Query, RangeEntry } from '../query-tree.ts';
import { type Planner, placementOf } from './planning.ts';
import { entriesHaveTable, isDistributed } from './table-kinds.ts';

/** Rows that are the same on every shard, and so would come once per shard. */
export type RecurringRows = 'reference' | 'function' | 'result' | 'empty' | 'values';

/** What kind of recurring rows a FROM clause without distributed tables gives; undefined when it has one. */
export function recurringFrom(planner: Planner, query: Query): RecurringRows | undefined {
  if (hasEmptyFrom(query)) return 'empty';
  if (entriesHaveTable(planner, query.rtable, isDistributed)) return undefined;
  return recurringOf(planner, query.rtable);
}

/** Whether a query has no FROM. */
export function hasEmptyFrom(query: Query): boolean {
  const [first, ...others] = query.rtable;
  return !first || (others.length === 0 && first.kind === 'result');
}

/** The first kind of recurring rows among FROM items. */
export function recurringOf(planner: Planner, entries: readonly RangeEntry[]): RecurringRows | undefined {
  for (const entry of entries) {
    const found = recurringEntry(planner, entry);
    if (found) return found;
  }
  return undefined;
}

function recurringEntry(planner: Planner, entry: RangeEntry): RecurringRows | undefined {
  switch (entry.kind) {
    case 'relation':
      return placementOf(planner, entry.table).kind === 'reference' ? 'reference' : undefined;
    case 'function':
      return isResult(entry) ? 'result' : 'function';
    case 'result':
      return 'empty';
    case 'values':
      return 'values';
    case 'subquery':
      return hasEmptyFrom(entry.query) ? 'empty' : recurringOf(planner, entry.query.rtable);
    case 'cte':
      return undefined;
    default:
      return entry satisfies never;
  }
}

const isResult = (entry: FunctionEntry): boolean => entry.intermediateResult;

/** How Citus names recurring rows in its messages. */
export const recurringDescriptions: Readonly<Record<RecurringRows, string>> = {
  reference: 'a reference table',
  function: 'a table function',
  empty: 'a subquery without FROM',
  result: 'complex subqueries, CTEs or local tables',
  values: 'a VALUES clause',
};
