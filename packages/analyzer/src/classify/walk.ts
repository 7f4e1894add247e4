import type { CommonTable, Expression, FromNode, Query, RangeEntry, SetOperation } from './query-tree.ts';

/** Calls `visit` on an expression and all below it; not inside subqueries. */
export function visitExpression(
  expression: Expression | undefined,
  visit: (expression: Expression) => void,
): void {
  if (!expression) return;
  visit(expression);
  for (const argument of expression.args) visitExpression(argument, visit);
}

/** Whether an expression of this query level satisfies `test`; subqueries are not entered. */
export function someExpression(
  expression: Expression | undefined,
  test: (expression: Expression) => boolean,
): boolean {
  if (!expression) return false;
  return test(expression) || expression.args.some((argument) => someExpression(argument, test));
}

/** Whether anything below, subqueries included, satisfies `test`. */
export function someExpressionDeep(
  expression: Expression | undefined,
  test: (expression: Expression, level: number) => boolean,
  level = 0,
): boolean {
  if (!expression) return false;
  if (test(expression, level)) return true;
  if (expression.args.some((argument) => someExpressionDeep(argument, test, level))) return true;
  return expression.kind === 'sublink' && someInQuery(expression.query, test, level + 1);
}

/** Whether any expression of a query, subqueries and CTEs included, satisfies `test`. */
export function someInQuery(
  query: Query,
  test: (expression: Expression, level: number) => boolean,
  level = 0,
): boolean {
  if (ownExpressions(query).some((expression) => someExpressionDeep(expression, test, level))) return true;
  return childQueries(query).some((child) => someInQuery(child, test, level + 1));
}

/** The expressions written at this level of a query. */
export function ownExpressions(query: Query): Expression[] {
  const found: (Expression | undefined)[] = [query.where, query.having, query.limit, query.offset];
  for (const target of query.targets) found.push(target.expression);
  for (const target of query.returning) found.push(target.expression);
  found.push(...query.groupBy, ...query.sort, ...(query.distinct ?? []));
  for (const window of query.windows) found.push(...window.partition, ...window.order);
  for (const item of query.from) pushJoinConditions(item, found);
  for (const entry of query.rtable) {
    if (entry.kind === 'function') found.push(...entry.functions);
    if (entry.kind === 'values') for (const row of entry.rows) found.push(...row);
  }
  if (query.onConflict) {
    found.push(query.onConflict.arbiterWhere, query.onConflict.where);
    for (const target of query.onConflict.set) found.push(target.expression);
  }
  for (const action of query.mergeActions) {
    found.push(action.condition);
    for (const target of action.targets) found.push(target.expression);
  }
  return found.filter((expression) => expression !== undefined);
}

function pushJoinConditions(node: FromNode, found: (Expression | undefined)[]): void {
  if (node.kind === 'join') {
    found.push(node.on);
    pushJoinConditions(node.left, found);
    pushJoinConditions(node.right, found);
  } else if (node.kind === 'from') {
    found.push(node.where);
    for (const item of node.items) pushJoinConditions(item, found);
  }
}

/** Subqueries in FROM and the queries of CTEs: those one level below, subqueries in expressions left out. */
export function childQueries(query: Query): Query[] {
  const children = query.ctes.map((cte) => cte.query);
  for (const entry of query.rtable) if (entry.kind === 'subquery') children.push(entry.query);
  return children;
}

/** Subqueries in the expressions of this level. */
export function sublinkQueries(expressions: readonly (Expression | undefined)[]): Query[] {
  const found: Query[] = [];
  for (const expression of expressions) {
    visitExpression(expression, (node) => {
      if (node.kind === 'sublink') found.push(node.query);
    });
  }
  return found;
}

/** Every query inside a query, itself first. */
export function allQueries(query: Query, found: Query[] = []): Query[] {
  found.push(query);
  for (const child of childQueries(query)) allQueries(child, found);
  for (const child of sublinkQueries(ownExpressions(query))) allQueries(child, found);
  return found;
}

/** Every FROM item of a query and the queries inside it. */
export function allEntries(query: Query): RangeEntry[] {
  return allQueries(query).flatMap((inner) => inner.rtable);
}

/** The FROM items in a join tree, in order. */
export function entriesOf(nodes: readonly FromNode[]): number[] {
  return nodes.flatMap((node): number[] => {
    if (node.kind === 'entry') return [node.entry];
    if (node.kind === 'from') return entriesOf(node.items);
    return entriesOf([node.left, node.right]);
  });
}

/** Every join of a join tree. */
export function joinsOf(nodes: readonly FromNode[]): (FromNode & { kind: 'join' })[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'entry') return [];
    if (node.kind === 'from') return joinsOf(node.items);
    return [node, ...joinsOf([node.left, node.right])];
  });
}

/** The leaves of a set operation, left to right. */
export function leavesOf(operation: SetOperation): number[] {
  if (operation.kind === 'leaf') return [operation.entry];
  return [...leavesOf(operation.left), ...leavesOf(operation.right)];
}

/**
 * Rebuilds an expression bottom-up; unchanged parts are shared. `level` counts the queries between the
 * expression and the node, and subqueries are rebuilt in place (they are private to a copied query).
 */
export function mapExpression(
  expression: Expression,
  change: (expression: Expression, level: number) => Expression,
  level = 0,
): Expression {
  let result = expression;
  if (expression.args.length > 0) {
    const args = expression.args.map((argument) => mapExpression(argument, change, level));
    if (args.some((argument, index) => argument !== expression.args[index])) result = { ...expression, args };
  }
  if (result.kind === 'sublink') mapQuery(result.query, change, level + 1);
  return change(result, level);
}

/** Applies `change` to every expression of a query and the queries inside it, in place. */
export function mapQuery(
  query: Query,
  change: (expression: Expression, level: number) => Expression,
  level = 0,
): void {
  mapOwn(query, (expression) => mapExpression(expression, change, level));
  for (const child of childQueries(query)) mapQuery(child, change, level + 1);
}

/** Replaces the expressions written at this level of a query, in place. */
export function mapOwn(query: Query, change: (expression: Expression) => Expression): void {
  const optional = (expression: Expression | undefined): Expression | undefined =>
    expression && change(expression);
  query.where = optional(query.where);
  query.having = optional(query.having);
  query.limit = optional(query.limit);
  query.offset = optional(query.offset);
  for (const target of query.targets) target.expression = change(target.expression);
  for (const target of query.returning) target.expression = change(target.expression);
  query.groupBy = query.groupBy.map(change);
  query.sort = query.sort.map(change);
  query.distinct = query.distinct?.map(change);
  for (const window of query.windows) {
    window.partition = window.partition.map(change);
    window.order = window.order.map(change);
  }
  for (const item of query.from) mapJoinConditions(item, change);
  for (const entry of query.rtable) {
    if (entry.kind === 'function') entry.functions = entry.functions.map(change);
    if (entry.kind === 'values') entry.rows = entry.rows.map((row) => row.map(change));
  }
  if (query.onConflict) {
    query.onConflict.arbiterWhere = optional(query.onConflict.arbiterWhere);
    query.onConflict.where = optional(query.onConflict.where);
    for (const target of query.onConflict.set) target.expression = change(target.expression);
  }
  for (const action of query.mergeActions) {
    action.condition = optional(action.condition);
    for (const target of action.targets) target.expression = change(target.expression);
  }
}

function mapJoinConditions(node: FromNode, change: (expression: Expression) => Expression): void {
  if (node.kind === 'join') {
    node.on = node.on && change(node.on);
    mapJoinConditions(node.left, change);
    mapJoinConditions(node.right, change);
  } else if (node.kind === 'from') {
    node.where = node.where && change(node.where);
    for (const item of node.items) mapJoinConditions(item, change);
  }
}

/** A private copy. Expressions are shared but for those that hold subqueries. */
export function copyQuery(query: Query): Query {
  const copy: Query = {
    ...query,
    ctes: query.ctes.map((cte): CommonTable => ({ ...cte, query: copyQuery(cte.query) })),
    rtable: query.rtable.map(copyEntry),
    from: query.from.map(copyFrom),
    targets: query.targets.map((target) => ({ ...target })),
    returning: query.returning.map((target) => ({ ...target })),
    windows: query.windows.map((window) => ({ ...window })),
    onConflict: query.onConflict && {
      ...query.onConflict,
      set: query.onConflict.set.map((target) => ({ ...target })),
    },
    mergeActions: query.mergeActions.map((action) => ({
      ...action,
      targets: action.targets.map((target) => ({ ...target })),
    })),
  };
  mapOwn(copy, copyExpression);
  return copy;
}

/** A copy that shares everything but subqueries. */
function copyExpression(expression: Expression): Expression {
  if (expression.args.length === 0 && expression.kind !== 'sublink') return expression;
  const args = expression.args.map(copyExpression);
  const changed = args.some((argument, index) => argument !== expression.args[index]);
  if (expression.kind === 'sublink') return { ...expression, args, query: copyQuery(expression.query) };
  return changed ? { ...expression, args } : expression;
}

function copyEntry(entry: RangeEntry): RangeEntry {
  return entry.kind === 'subquery' ? { ...entry, query: copyQuery(entry.query) } : { ...entry };
}

function copyFrom(node: FromNode): FromNode {
  if (node.kind === 'entry') return node;
  if (node.kind === 'from') return { ...node, items: node.items.map(copyFrom) };
  return { ...node, left: copyFrom(node.left), right: copyFrom(node.right) };
}

/** The parts of an AND, nested ANDs flattened. */
export function conjuncts(expression: Expression | undefined): Expression[] {
  if (!expression) return [];
  return expression.kind === 'and' ? expression.args.flatMap(conjuncts) : [expression];
}

/** One expression from the parts of an AND. */
export function conjunction(parts: readonly Expression[]): Expression | undefined {
  const [first] = parts;
  return parts.length <= 1 ? first : { kind: 'and', args: parts };
}
