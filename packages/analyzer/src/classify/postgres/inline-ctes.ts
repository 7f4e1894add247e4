import type { CommonTable, CteEntry, Query } from '../query-tree.ts';
import { childQueries, copyQuery, mapQuery, ownExpressions, sublinkQueries } from '../walk.ts';
import { hasModification } from './merge-queries.ts';
import { hasVolatile } from './volatility.ts';

/** A reference to a WITH item: the query whose FROM holds it, its place there, and the levels in between. */
export interface CteReference {
  readonly query: Query;
  readonly index: number;
  readonly entry: CteEntry;
  readonly depth: number;
}

/** The references to a query's own WITH item. */
export function cteReferences(query: Query, name: string): CteReference[] {
  const found: CteReference[] = [];
  const walk = (at: Query, depth: number): void => {
    for (const [index, entry] of at.rtable.entries()) {
      if (entry.kind === 'cte' && entry.name === name && entry.levelsUp === depth) {
        found.push({ query: at, index, entry, depth });
      }
    }
    for (const child of [...childQueries(at), ...sublinkQueries(ownExpressions(at))]) walk(child, depth + 1);
  };
  walk(query, 0);
  return found;
}

/** Whether PostgreSQL's planner puts a WITH item's query where it is used. */
function isInlinable(query: Query, cte: CommonTable): boolean {
  if (cte.materialized === 'always' || cte.recursive) return false;
  if (cte.materialized === 'default' && cteReferences(query, cte.name).length !== 1) return false;
  return !hasModification(cte.query) && !hasVolatile(cte.query);
}

/** Citus inlines, ahead of its own planning, in SELECTs only. */
const isInlinableForCitus = (query: Query, cte: CommonTable): boolean =>
  query.command === 'select' && isInlinable(query, cte);

/** Whether any level of a query has a WITH item that Citus inlines. */
export function hasInlinableCte(query: Query): boolean {
  if (query.ctes.some((cte) => isInlinableForCitus(query, cte))) return true;
  return [...childQueries(query), ...sublinkQueries(ownExpressions(query))].some(hasInlinableCte);
}

/** Inlines what Citus inlines, at all levels, in place. */
export function inlineCtes(query: Query): void {
  inline(query, isInlinableForCitus);
  for (const child of [...childQueries(query), ...sublinkQueries(ownExpressions(query))]) inlineCtes(child);
}

/** Inlines, in place, the WITH items of a query that PostgreSQL's planner inlines. */
export function inlineOwnCtes(query: Query): void {
  inline(query, isInlinable);
}

function inline(query: Query, condition: (query: Query, cte: CommonTable) => boolean): void {
  for (const cte of [...query.ctes]) {
    if (!condition(query, cte)) continue;
    for (const reference of cteReferences(query, cte.name)) {
      const inner = copyQuery(cte.query);
      if (reference.depth > 0) deepen(inner, reference.depth);
      reference.query.rtable[reference.index] = {
        kind: 'subquery',
        query: inner,
        alias: reference.entry.alias,
        columns: reference.entry.columns,
        columnTypes: reference.entry.columnTypes,
        lateral: false,
      };
    }
    query.ctes = query.ctes.filter((other) => other !== cte);
  }
}

/** A WITH item's query one level or more below the WITH: what it refers to outside is that much further out. */
function deepen(query: Query, by: number): void {
  mapQuery(query, (node, level) =>
    node.kind === 'variable' && node.level > level ? { ...node, level: node.level + by } : node,
  );
  const walk = (at: Query, depth: number): void => {
    for (const entry of at.rtable) if (entry.kind === 'cte' && entry.levelsUp > depth) entry.levelsUp += by;
    for (const child of [...childQueries(at), ...sublinkQueries(ownExpressions(at))]) walk(child, depth + 1);
  };
  walk(query, 0);
}
