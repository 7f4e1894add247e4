import type { Expression, Query } from '../query-tree.ts';
import type { AppendMembers } from './pull-up-subqueries.ts';

/** One level of a query after PostgreSQL's rewriting: what its planner knows of columns that are equal. */
export interface Root {
  readonly query: Query;
  readonly parent: Root | undefined;
  /** Roots of subqueries in FROM that were not merged, by FROM item. */
  readonly subroots: Map<number, Root>;
  readonly appends: AppendMembers;
  /** Sets of expressions that are equal in every row, and those that an outer join's condition compares. */
  equivalences: Expression[][];
  hasLateral: boolean;
  hasPseudoConstants: boolean;
}

/** What is known of one occurrence of a table. */
export interface RelationRestriction {
  readonly id: number;
  readonly table: string;
  readonly root: Root;
  readonly entry: number;
  readonly clauses: readonly Expression[];
  /** A condition on it, or on a join with it, is never true. */
  readonly isFalse: boolean;
}

/** A join that the planner considered. */
export interface JoinRestriction {
  readonly type: 'left' | 'full' | 'semi' | 'anti' | 'inner';
  readonly root: Root;
  readonly outer: ReadonlySet<number>;
  readonly inner: ReadonlySet<number>;
}

/** All that Citus learns from PostgreSQL's planner about a query. */
export interface Restrictions {
  readonly relations: RelationRestriction[];
  readonly joins: JoinRestriction[];
  /** The query after rewriting. */
  readonly rewritten: Query;
}

/** Whether a join of the given kinds was considered. */
export function hasJoin(restrictions: Restrictions, ...types: JoinRestriction['type'][]): boolean {
  return restrictions.joins.some((join) => types.includes(join.type));
}
