import { hasOwnAggregates } from '../own-aggregates.ts';
import { hasJoin, type Restrictions, type Root } from '../postgres/restrictions.ts';
import { isMutable } from '../postgres/volatility.ts';
import type { Query } from '../query-tree.ts';
import { refersOutside, refersToEntries } from '../references.ts';
import { allQueries, entriesOf, leavesOf, ownExpressions, sublinkQueries } from '../walk.ts';
import { onDistributionColumn } from './distribution-columns.ts';
import { isUnionInFrom, keysEqualByJoins, keysEqualByUnion } from './key-equality.ts';
import { type Planner, PlanningError } from './planning.ts';
import { hasEmptyFrom, recurringDescriptions, recurringFrom, recurringOf } from './recurring.ts';
import { entriesHaveTable, isDistributed } from './table-kinds.ts';

/** Citus materialises VALUES lists that are longer. */
const valuesMaterializationThreshold = 100;

const cannotPush = (detail: string): PlanningError =>
  new PlanningError('cannot push down this subquery', detail);

/** Why a whole query cannot run on every shard as it is. */
export function wholeQueryPushdownError(
  planner: Planner,
  query: Query,
  restrictions: Restrictions,
  isFirstPhase: boolean,
): PlanningError | undefined {
  if (isUnionInFrom(query)) {
    if (!keysEqualByUnion(planner, query, restrictions)) {
      return new PlanningError(
        'cannot pushdown the subquery since not all subqueries in the UNION have the partition column in the same position',
        'Each leaf query of the UNION should return the partition column in the same position and all joins must be on the partition column',
      );
    }
  } else if (!keysEqualByJoins(planner, restrictions)) {
    const subject = query.command === 'merge' ? 'MERGE command is ' : 'complex joins are ';
    return new PlanningError(
      `${subject}only supported when all distributed tables are co-located and joined on their distribution columns`,
    );
  }
  const error = recurringFromError(planner, query) ?? recurringJoinError(planner, restrictions, isFirstPhase);
  if (error) return error;
  const hasLimit = query.limit !== undefined;
  for (const inner of allQueries(query)) {
    if (inner === query) continue;
    const found = subqueryPushdownError(planner, inner, hasLimit);
    if (found) return found;
  }
  return undefined;
}

/** Why a subquery cannot run on every shard. */
export function subqueryPushdownError(
  planner: Planner,
  query: Query,
  outerHasLimit: boolean,
): PlanningError | undefined {
  const tableError = tableCombinationError(query);
  if (tableError) return tableError;
  let detail: string | undefined;
  if (hasEmptyFrom(query) && query.targets.some((target) => isMutable(target.expression))) {
    detail = 'Subqueries without a FROM clause can only contain immutable functions';
  }
  if (!refersOutside(query)) {
    const error = mergeStepError(planner, query, '', 'another query');
    if (error) return error;
  }
  if (query.limit && planner.layout.settings.subqueryPushdown && !outerHasLimit) {
    detail = 'Limit in subquery without limit in the outermost query is unsupported';
  }
  if (query.setOperation) {
    const error = unionError(planner, query);
    if (error) return error;
  }
  if (query.hasRecursive) detail = 'Recursive queries are currently unsupported';
  if (query.ctes.length > 0) detail = 'Common Table Expressions are currently unsupported';
  if (query.rowMarks) detail = 'For Update/Share commands are currently unsupported';
  if (query.groupingSets) detail = 'could not run distributed query with GROUPING SETS, CUBE, or ROLLUP';
  return recurringFromError(planner, query) ?? (detail === undefined ? undefined : cannotPush(detail));
}

function tableCombinationError(query: Query): PlanningError | undefined {
  let detail: string | undefined;
  for (const index of entriesOf(query.from)) {
    const entry = query.rtable[index];
    if (entry?.kind === 'values') {
      if (entry.rows.length > valuesMaterializationThreshold) {
        detail =
          'VALUES has more than "citus.values_materialization_threshold" entries, so it is materialized';
      } else if (entry.rows.some((row) => row.some(isMutable))) {
        detail = 'Only immutable functions can be used in VALUES';
      }
    } else if (entry?.kind === 'function') {
      if (!entry.intermediateResult && entry.functions.some(isMutable)) {
        detail = 'Only immutable functions can be used as a table expressions in a multi-shard query';
      }
    } else if (entry?.kind === 'cte') {
      return cannotPush('CTEs in subqueries are currently unsupported');
    }
  }
  return detail === undefined ? undefined : cannotPush(detail);
}

/** Why the coordinator would have to finish a subquery: its rows are not complete on one shard. */
function mergeStepError(
  planner: Planner,
  query: Query,
  lateral: '' | 'lateral ',
  referenced: string,
): PlanningError | undefined {
  const suffix = `${lateral}subquery references a column from ${referenced}`;
  let detail: string | undefined;
  if (query.offset) detail = `Offset clause is currently unsupported when a ${suffix}`;
  if (query.limit && !planner.layout.settings.subqueryPushdown) {
    detail = `Limit clause is currently unsupported when a ${suffix}`;
  }
  if (query.groupBy.length > 0 && !onDistributionColumn(planner, query, query.groupBy)) {
    detail = `Group by list without partition column is currently unsupported when a ${suffix}`;
  }
  if (query.groupBy.length === 0 && hasOwnAggregates(query)) {
    detail = `Aggregates without group by are currently unsupported when a ${suffix}`;
  }
  if (query.having && query.groupBy.length === 0) {
    detail = `Having qual without group by on partition column is currently unsupported when a ${suffix}`;
  }
  if (query.windows.length > 0) detail = windowError(planner, query) ?? detail;
  if (query.distinct && !onDistributionColumn(planner, query, query.distinct)) {
    detail = 'Distinct on columns without partition column is currently unsupported';
  }
  return detail === undefined ? undefined : cannotPush(detail);
}

/** Why window functions cannot be computed shard by shard; undefined when they can. */
export function windowError(planner: Planner, query: Query): string | undefined {
  if (query.windows.some((window) => window.partition.length === 0)) {
    return 'Window functions without PARTITION BY on distribution column is currently unsupported';
  }
  if (query.windows.every((window) => onDistributionColumn(planner, query, window.partition)))
    return undefined;
  return 'Window functions with PARTITION BY list missing distribution column is currently unsupported';
}

/** Why a set operation cannot run on every shard. */
export function unionError(planner: Planner, query: Query): PlanningError | undefined {
  const { setOperation } = query;
  if (!setOperation) return undefined;
  const onlyUnion = (node: typeof setOperation): boolean =>
    node.kind === 'leaf' || (node.operator === 'union' && onlyUnion(node.left) && onlyUnion(node.right));
  const details = {
    reference: 'Reference tables are not supported with union operator',
    function: 'Table functions are not supported with union operator',
    empty: 'Subqueries without a FROM clause are not supported with union operator',
    result: 'Complex subqueries and CTEs are not supported within a UNION',
    values: 'VALUES is not supported within a UNION',
  } as const;
  if (!onlyUnion(setOperation)) return cannotPush('Intersect and Except are currently unsupported');
  for (const leaf of leavesOf(setOperation)) {
    const entry = query.rtable[leaf];
    const recurring = entry?.kind === 'subquery' ? recurringFrom(planner, entry.query) : undefined;
    if (recurring) return cannotPush(details[recurring]);
  }
  return undefined;
}

/** Subqueries over a FROM clause that is the same on every shard would count rows once per shard. */
function recurringFromError(planner: Planner, query: Query): PlanningError | undefined {
  if (sublinkQueries(ownExpressions(query)).length === 0) return undefined;
  const recurring = recurringFrom(planner, query);
  const clauses = {
    reference: 'a reference table',
    function: 'a set returning function',
    result: 'a CTE or subquery',
    empty: 'a subquery without FROM',
    values: 'VALUES',
  } as const;
  if (!recurring) return undefined;
  return new PlanningError(
    `correlated subqueries are not supported when the FROM clause contains ${clauses[recurring]}`,
  );
}

function onlyRecurring(planner: Planner, root: Root, entries: ReadonlySet<number>): boolean {
  const items = [...entries].flatMap((index) => root.query.rtable[index] ?? []);
  return !entriesHaveTable(planner, items, isDistributed);
}

function recurringJoinError(
  planner: Planner,
  restrictions: Restrictions,
  isFirstPhase: boolean,
): PlanningError | undefined {
  for (const join of restrictions.joins) {
    const innerRecurs = onlyRecurring(planner, join.root, join.inner);
    const outerRecurs = onlyRecurring(planner, join.root, join.outer);
    const hasLateral = join.root.query.rtable.some(
      (entry) =>
        entry.lateral && (entry.kind === 'subquery' || (entry.kind === 'result' && entry.mergedSubquery)),
    );
    if (join.type === 'left' && !innerRecurs && outerRecurs && (isFirstPhase || hasLateral)) {
      return lateralOuterError(planner, join.root, join.outer);
    }
    if (join.type === 'full' && innerRecurs !== outerRecurs) {
      return lateralOuterError(planner, join.root, innerRecurs ? join.inner : join.outer);
    }
  }
  const roots = new Set(restrictions.relations.map((relation) => relation.root));
  for (const root of [...roots]) for (let at = root.parent; at; at = at.parent) roots.add(at);
  for (const root of roots) {
    const error = root.hasLateral ? lateralJoinError(planner, root) : undefined;
    if (error) return error;
  }
  return undefined;
}

function lateralOuterError(planner: Planner, root: Root, entries: ReadonlySet<number>): PlanningError {
  const items = [...entries].flatMap((index) => root.query.rtable[index] ?? []);
  const recurring = recurringOf(planner, items);
  const description = recurring ? recurringDescriptions[recurring] : 'an unknown recurring tuple';
  return new PlanningError(
    `cannot perform a lateral outer join when a distributed subquery references ${description}`,
  );
}

/** An inner join with a LATERAL subquery over shards that refers to recurring rows and needs a merge step. */
function lateralJoinError(planner: Planner, root: Root): PlanningError | undefined {
  const entries = entriesOf(root.query.from);
  if (entries.length < 2) return undefined;
  const recurring = entries.filter((index) => onlyRecurring(planner, root, new Set([index])));
  for (const index of entries) {
    const entry = root.query.rtable[index];
    if (entry?.kind !== 'subquery' || !entry.lateral || !entriesHaveTable(planner, [entry], isDistributed))
      continue;
    for (const other of recurring) {
      if (!refersToEntries(entry.query, new Set([other]))) continue;
      const item = root.query.rtable[other];
      const kind = item && recurringOf(planner, [item]);
      const described = kind ? recurringDescriptions[kind] : 'an unknown recurring tuple';
      const withAlias =
        kind === 'values' || kind === 'result' ? described : `${described} (${item?.alias ?? ''})`;
      const error = mergeStepError(planner, entry.query, 'lateral ', withAlias);
      if (error) return error;
    }
  }
  return undefined;
}

/** Whether the planner looked at an outer join, anti joins included. */
export function hasOuterJoin(restrictions: Restrictions): boolean {
  return hasJoin(restrictions, 'left', 'full', 'anti');
}
