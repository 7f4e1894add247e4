import { expressionKey, foldConstants } from '../postgres/fold.ts';
import { hasVolatile, isMutable, isVolatile } from '../postgres/volatility.ts';
import type { Expression, Query, Target } from '../query-tree.ts';
import { conjuncts, ownExpressions, sublinkQueries } from '../walk.ts';
import { type Planner, PlanningError, placementOf } from './planning.ts';
import { entriesHaveTable, hasDistributionColumn, isCitusTable } from './table-kinds.ts';

/** Why a SELECT cannot be routed; passed in because routing a SELECT looks at its modifying CTEs in turn. */
export type SelectCheck = (planner: Planner, query: Query) => PlanningError | undefined;

/** What an INSERT, UPDATE or DELETE on a Citus table must not contain, wherever its rows are. */
export function modifyPartError(
  planner: Planner,
  query: Query,
  isMultiShard: boolean,
  selectError: SelectCheck,
): PlanningError | undefined {
  const [first] = query.rtable;
  if (first?.kind === 'relation' && planner.names.tables.get(first.table)?.kind === 'view') {
    return new PlanningError('cannot modify views when the query contains citus tables');
  }
  if (query.command === 'insert' && sublinkQueries(ownExpressions(query)).length > 0) {
    return new PlanningError('subqueries are not supported within INSERT queries');
  }
  const cteError = modifyCteError(planner, query, isMultiShard, selectError);
  if (cteError) return cteError;
  return functionError(planner, query) ?? onConflictError(planner, query);
}

function modifyCteError(
  planner: Planner,
  query: Query,
  isMultiShard: boolean,
  selectError: SelectCheck,
): PlanningError | undefined {
  if (query.ctes.length > 0 && query.command === 'insert') {
    return new PlanningError("Router planner doesn't support common table expressions with INSERT queries.");
  }
  for (const { query: inner } of query.ctes) {
    if (inner.command !== 'select' && isMultiShard) {
      return new PlanningError(
        "Router planner doesn't support non-select common table expressions with multi shard queries.",
      );
    }
    if (inner.command === 'insert') {
      return new PlanningError("Router planner doesn't support INSERT common table expressions.");
    }
    if (
      inner.rowMarks &&
      entriesHaveTable(planner, inner.rtable, (placement) => placement.kind === 'reference')
    ) {
      return new PlanningError(
        "Router planner doesn't support SELECT FOR UPDATE in common table expressions involving reference tables.",
      );
    }
    if (hasVolatile(inner)) {
      return new PlanningError(
        "Router planner doesn't support VOLATILE functions in common table expressions.",
      );
    }
    const error = inner.command === 'select' ? selectError(planner, inner) : undefined;
    if (error) return error;
  }
  return undefined;
}

/** The distribution column of the table that is changed. */
export function targetKey(planner: Planner, query: Query): string | undefined {
  const entry = query.result === undefined ? undefined : query.rtable[query.result];
  if (entry?.kind !== 'relation') return undefined;
  const placement = placementOf(planner, entry.table);
  return hasDistributionColumn(placement) ? placement.column : undefined;
}

function functionError(planner: Planner, query: Query): PlanningError | undefined {
  const key = targetKey(planner, query);
  const isUpdate = query.command === 'update';
  const found = { varArgument: false, badCoalesce: false };
  for (const target of query.targets) {
    if (isUpdate && isVolatile(target.expression)) {
      return new PlanningError('functions used in UPDATE queries on distributed tables must not be VOLATILE');
    }
    if (isUpdate && key !== undefined && target.name === key && changesKey(target, key, query)) {
      return new PlanningError('modifying the partition value of rows is not allowed');
    }
    if (isUpdate) noteStableUse(target.expression, found);
    if (target.expression.kind === 'other' && target.expression.type === 'field-store') {
      return new PlanningError('inserting or modifying composite type fields is not supported');
    }
  }
  if (isVolatile(query.where)) {
    return new PlanningError(
      'functions used in the WHERE/ON/WHEN clause of modification queries on distributed tables must not be VOLATILE',
    );
  }
  if (query.where) noteStableUse(query.where, found);
  if (found.varArgument) {
    return new PlanningError(
      'STABLE functions used in UPDATE queries cannot be called with column references',
    );
  }
  if (found.badCoalesce) {
    return new PlanningError('non-IMMUTABLE functions are not allowed in CASE or COALESCE statements');
  }
  if (query.returning.some((target) => isMutable(target.expression))) {
    return new PlanningError('non-IMMUTABLE functions are not allowed in the RETURNING clause');
  }
  if (query.where?.kind === 'other' && query.where.type === 'cursor') {
    return new PlanningError('cannot run DML queries with cursors');
  }
  return undefined;
}

/** Stable functions run on the coordinator, so they can take no columns and must not sit under CASE. */
export function noteStableUse(
  expression: Expression,
  found: { varArgument: boolean; badCoalesce: boolean },
): boolean {
  if (expression.kind === 'coalesce' || expression.kind === 'case') {
    if (isMutable(expression)) found.badCoalesce = true;
    return false;
  }
  if (expression.kind === 'variable') return true;
  const isStable =
    ((expression.kind === 'call' || expression.kind === 'operator') && expression.volatility === 'stable') ||
    (expression.kind === 'cast' && expression.stable);
  let hasVariable = false;
  for (const arg of expression.args) hasVariable = noteStableUse(arg, found) || hasVariable;
  if (isStable && hasVariable) found.varArgument = true;
  return hasVariable && !isStable;
}

/** `SET key = key`, and `SET key = 5 … WHERE key = 5`, change nothing. */
function changesKey(target: Target, key: string, query: Query): boolean {
  const expression = foldConstants(target.expression);
  const entry = query.result === undefined ? undefined : query.rtable[query.result];
  const column = entry ? entry.columns.indexOf(key) + 1 : 0;
  if (expression.kind === 'variable' && expression.entry === query.result && expression.column === column)
    return false;
  const value = expressionKey(expression);
  return !conjuncts(query.where).some((part) => {
    if (part.kind !== 'operator' || part.name !== '=') return false;
    const [left, right] = part.args;
    const isKey = (side: Expression | undefined): boolean =>
      side?.kind === 'variable' && side.level === 0 && side.entry === query.result && side.column === column;
    const other = isKey(left) ? right : isKey(right) ? left : undefined;
    return (
      other !== undefined &&
      (other.kind === 'constant' || other.kind === 'variable') &&
      expressionKey(other) === value
    );
  });
}

/** What ON CONFLICT DO UPDATE must not do. */
export function onConflictError(planner: Planner, query: Query): PlanningError | undefined {
  const { onConflict } = query;
  if (query.command !== 'insert' || !onConflict) return undefined;
  const entry = query.rtable[0];
  if (entry?.kind !== 'relation' || !isCitusTable(placementOf(planner, entry.table))) return undefined;
  const key = targetKey(planner, query);
  let changes = false;
  for (const target of onConflict.set) {
    if (key !== undefined && target.name === key) {
      const { expression } = target;
      const column = entry.columns.indexOf(key) + 1;
      changes = !(expression.kind === 'variable' && expression.column === column);
    } else if (target.expression.kind !== 'variable' && isMutable(target.expression)) {
      return new PlanningError(
        'functions used in the DO UPDATE SET clause of INSERTs on distributed tables must be marked IMMUTABLE',
      );
    }
  }
  if (isMutable(onConflict.arbiterWhere) || isMutable(onConflict.where)) {
    return new PlanningError(
      'functions used in the WHERE clause of the ON CONFLICT clause of INSERTs on distributed tables must be marked IMMUTABLE',
    );
  }
  return changes ? new PlanningError('modifying the partition value of rows is not allowed') : undefined;
}
