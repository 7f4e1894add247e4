import { quoteIdentifier } from '@shardwright/core';
import type { Design } from '../model/design.ts';
import type { QueryClass } from '../model/query.ts';
import { distributionColumnNumber } from './citus/distribution-columns.ts';
import type { Planner } from './citus/planning.ts';
import { placementOf } from './citus/planning.ts';
import { hasDistributionColumn } from './citus/table-kinds.ts';
import { classify } from './classify.ts';
import { layoutOf } from './design-layout.ts';
import { simulatePlanner } from './postgres/simulate.ts';
import type { PreparedQuery } from './prepare-query.ts';
import type { Expression, Query } from './query-tree.ts';
import { allQueries, copyQuery } from './walk.ts';

const oneShard: ReadonlySet<QueryClass> = new Set(['fast-path', 'router']);
const notImprovable: ReadonlySet<QueryClass> = new Set(['fast-path', 'router', 'local', 'unknown']);

/** A parameter number that no query uses. */
const newParameter = 1_000_000;

/**
 * The one equality on a distribution column that would let a single shard answer a query, as `orders.company_id = $n`;
 * undefined when the query is such already, or no single predicate is enough.
 */
export function improveByPredicate(prepared: PreparedQuery, design: Design): string | undefined {
  const { outcome, names } = prepared;
  if (!outcome.ok || notImprovable.has(classify(prepared, design).class)) return undefined;
  const planner: Pick<Planner, 'names' | 'layout'> = { names, layout: layoutOf(design) };
  const tried = new Set<string>();
  for (const [queryIndex, inner] of allQueries(outcome.query).entries()) {
    for (const [entryIndex, entry] of inner.rtable.entries()) {
      if (entry.kind !== 'relation' || inner.command === 'insert') continue;
      const placement = placementOf(planner, entry.table);
      const column = distributionColumnNumber(planner, entry);
      if (!hasDistributionColumn(placement) || column === undefined) continue;
      const predicate = `${quoteIdentifier(entry.alias)}.${quoteIdentifier(placement.column)} = $n`;
      if (tried.has(predicate)) continue;
      tried.add(predicate);
      const query = withPredicate(outcome.query, queryIndex, entryIndex, column);
      const improved = {
        ...prepared,
        outcome: { ok: true, query, restrictions: simulatePlanner(query, names) },
      } as const;
      if (oneShard.has(classify(improved, design).class)) return predicate;
    }
  }
  return undefined;
}

function withPredicate(query: Query, queryIndex: number, entry: number, column: number): Query {
  const copy = copyQuery(query);
  const inner = allQueries(copy)[queryIndex];
  if (!inner) return copy;
  const key: Expression = { kind: 'variable', entry, column, level: 0, args: [] };
  const value: Expression = { kind: 'parameter', number: newParameter, args: [] };
  const predicate: Expression = {
    kind: 'operator',
    name: '=',
    args: [key, value],
    type: 'bool',
    volatility: 'immutable',
  };
  inner.where = inner.where ? { kind: 'and', args: [inner.where, predicate], type: 'bool' } : predicate;
  return copy;
}
