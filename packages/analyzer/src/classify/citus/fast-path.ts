import { returnsSet } from '../postgres/merge-queries.ts';
import type { Expression, Query } from '../query-tree.ts';
import { conjuncts, ownExpressions, someExpression, sublinkQueries } from '../walk.ts';
import { distributionColumnNumber } from './distribution-columns.ts';
import { type Plan, type Planner, placementOf, tableName } from './planning.ts';
import { hasDistributionColumn, isCitusTable } from './table-kinds.ts';

/** The fast path's plan of a SELECT, UPDATE or DELETE on one table with `key = value`; undefined for other queries. */
export function planFastPath(planner: Planner, query: Query): Plan | undefined {
  if (!planner.layout.settings.fastPathRouter) return undefined;
  if (query.command === 'insert' || query.command === 'merge') return undefined;
  if (query.ctes.length > 0 || query.setOperation || query.rtable.length !== 1) return undefined;
  if (sublinkQueries(ownExpressions(query)).length > 0) return undefined;
  if (query.targets.some((target) => returnsSet(target.expression))) return undefined;
  const [entry] = query.rtable;
  if (entry?.kind !== 'relation') return undefined;
  const placement = placementOf(planner, entry.table);
  const name = tableName(planner, entry.table);
  if (!isCitusTable(placement) || placement.kind === 'range' || placement.kind === 'append') return undefined;
  const base = { kind: 'fast-path', subplans: 0, repartitionInSubplan: false } as const;
  if (!hasDistributionColumn(placement)) {
    return { ...base, taskCount: 1, reason: `${name} alone, which has a single shard` };
  }
  const column = distributionColumnNumber(planner, entry);
  if (column === undefined || !query.where) return undefined;
  const conditions = conjuncts(query.where);
  if (!conditions.some((part) => isKeyFilter(part, column)) || countColumn(query.where, column) > 1)
    return undefined;
  return {
    ...base,
    taskCount: 1,
    reason: `${name} alone, with ${placement.column} equal to one value`,
  };
}

function isKeyFilter(part: Expression, column: number): boolean {
  if (part.kind !== 'operator' || part.name !== '=') return false;
  const [left, right] = part.args;
  return (isKey(left, column) && isValue(right)) || (isKey(right, column) && isValue(left));
}

const isKey = (side: Expression | undefined, column: number): boolean =>
  side?.kind === 'variable' && side.column === column;

const isValue = (side: Expression | undefined): boolean =>
  side?.kind === 'parameter' || (side?.kind === 'constant' && side.value !== null);

function countColumn(where: Expression, column: number): number {
  let count = 0;
  someExpression(where, (node) => {
    if (node.kind === 'variable' && node.column === column) count += 1;
    return false;
  });
  return count;
}
