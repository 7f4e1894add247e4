import type { TablePlacement } from '../context.ts';
import type { Query, RangeEntry, RelationEntry } from '../query-tree.ts';
import { allEntries } from '../walk.ts';
import { type Planner, placementOf } from './planning.ts';

/** Hash, range, append or single-shard. */
export function isDistributed(placement: TablePlacement): boolean {
  return hasDistributionColumn(placement) || placement.kind === 'single-shard';
}

/** Whether rows go to shards by a column's value. */
export function hasDistributionColumn(
  placement: TablePlacement,
): placement is TablePlacement & { kind: 'hash' | 'range' | 'append' } {
  return placement.kind === 'hash' || placement.kind === 'range' || placement.kind === 'append';
}

/** Whether Citus' metadata knows the table. */
export function isCitusTable(placement: TablePlacement): boolean {
  return placement.kind !== 'local';
}

/** Local to the coordinator, known to Citus or not. */
export function isLocalTable(placement: TablePlacement): boolean {
  return placement.kind === 'local' || placement.kind === 'citus-local';
}

/** A question about a table's placement. */
export type PlacementTest = (placement: TablePlacement) => boolean;

const matches = (planner: Planner, entry: RangeEntry, test: PlacementTest): boolean =>
  entry.kind === 'relation' && test(placementOf(planner, entry.table));

/** Whether a query has a table of the kind at any level. */
export function queryHasTable(planner: Planner, query: Query, test: PlacementTest): boolean {
  return allEntries(query).some((entry) => matches(planner, entry, test));
}

/** Whether FROM items, with the subqueries among them, have a table of the kind; conditions are not looked at. */
export function entriesHaveTable(
  planner: Planner,
  entries: readonly RangeEntry[],
  test: PlacementTest,
): boolean {
  return entries.some(
    (entry) =>
      matches(planner, entry, test) ||
      (entry.kind === 'subquery' && queryHasTable(planner, entry.query, test)),
  );
}

/** Whether any level of a query reads a subplan's result. */
export function readsIntermediateResult(query: Query): boolean {
  return allEntries(query).some((entry) => entry.kind === 'function' && entry.intermediateResult);
}

/** The tables of a query, at all levels, once each. */
export function tablesOf(query: Query): string[] {
  return [...new Set(relationsOf(query).map((entry) => entry.table))];
}

/** The tables' occurrences in a query, at all levels. */
export function relationsOf(query: Query): RelationEntry[] {
  return allEntries(query).filter((entry) => entry.kind === 'relation');
}
