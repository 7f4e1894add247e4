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

/** Whether PostgreSQL, and Citus with it, puts a WITH item's query where it is used. */
export function isInlinable(query: Query, cte: CommonTable): boolean {
  if (cte.materialized === 'always' || cte.recursive || query.command !== 'select') return false;
  if (cte.materialized === 'default' && cteReferences(query, cte.name).length !== 1) return false;
  return !hasModification(cte.query) && !hasVolatile(cte.query);
}

/** Whether any level of a query has a WITH item to inline. */
export function hasInlinableCte(query: Query): boolean {
  if (query.ctes.some((cte) => isInlinable(query, cte))) return true;
  return [...childQueries(query), ...sublinkQueries(ownExpressions(query))].some(hasInlinableCte);
}

/** Inlines what can be, at all levels, in place. */
export function inlineCtes(query: Query): void {
  inlineOwnCtes(query);
  for (const child of [...childQueries(query), ...sublinkQueries(ownExpressions(query))]) inlineCtes(child);
}

/** Inlines a query's own WITH items, in place. */
export function inlineOwnCtes(query: Query): void {
  for (const cte of [...query.ctes]) {
    if (!isInlinable(query, cte)) continue;
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
