import type { Expression, FromNode, JoinNode, Query, SubLink } from '../query-tree.ts';
import { entriesUsed, expressionRefersOutside, refersToParent } from '../references.ts';
import { conjunction, conjuncts, entriesOf, someExpression } from '../walk.ts';
import { adoptEntries, returnsSet } from './merge-queries.ts';
import { isVolatile } from './volatility.ts';

/** Turns `IN (SELECT …)`, `EXISTS` and `NOT EXISTS` conditions into semi and anti joins where PostgreSQL does. */
export function pullUpSublinks(query: Query): void {
  query.from = query.from.map((node) => pullUpInNode(node, query));
  const top: FromNode = { kind: 'from', items: query.from, where: undefined };
  const pulled = pullUpConditions(query.where, top, query);
  query.where = pulled.rest;
  query.from = pulled.node === top ? top.items : [pulled.node];
}

function pullUpInNode(node: FromNode, query: Query): FromNode {
  if (node.kind === 'entry') return node;
  if (node.kind === 'from') {
    const inner: FromNode = {
      ...node,
      items: node.items.map((item) => pullUpInNode(item, query)),
      where: undefined,
    };
    const pulled = pullUpConditions(node.where, inner, query);
    return pulled.node === inner
      ? { ...inner, where: pulled.rest }
      : { kind: 'from', items: [pulled.node], where: pulled.rest };
  }
  const join: JoinNode = {
    ...node,
    left: pullUpInNode(node.left, query),
    right: pullUpInNode(node.right, query),
  };
  if (join.type === 'inner') {
    const open: JoinNode = { ...join, on: undefined };
    const pulled = pullUpConditions(join.on, open, query);
    if (pulled.node === open) return { ...open, on: pulled.rest };
    return { kind: 'from', items: [pulled.node], where: pulled.rest };
  }
  if (join.type === 'left' || join.type === 'right') {
    const side = join.type === 'left' ? 'right' : 'left';
    const pulled = pullUpConditions(join.on, join[side], query);
    return { ...join, [side]: pulled.node, on: pulled.rest };
  }
  return join;
}

interface Pulled {
  readonly node: FromNode;
  readonly rest: Expression | undefined;
}

function pullUpConditions(where: Expression | undefined, node: FromNode, query: Query): Pulled {
  let result = node;
  const rest: Expression[] = [];
  for (const part of conjuncts(where)) {
    const available = new Set(entriesOf([result]));
    const join = joinOf(part, result, available, query);
    if (join) result = join;
    else rest.push(part);
  }
  return { node: result, rest: conjunction(rest) };
}

function joinOf(
  part: Expression,
  left: FromNode,
  available: ReadonlySet<number>,
  query: Query,
): JoinNode | undefined {
  if (part.kind === 'sublink' && part.link === 'any') return anyToJoin(part, left, available, query);
  if (part.kind === 'sublink' && part.link === 'exists')
    return existsToJoin(part, 'semi', left, available, query);
  const [negated] = part.args;
  if (part.kind === 'not' && negated?.kind === 'sublink' && negated.link === 'exists') {
    return existsToJoin(negated, 'anti', left, available, query);
  }
  return undefined;
}

const isSubset = (inner: ReadonlySet<number>, outer: ReadonlySet<number>): boolean =>
  [...inner].every((item) => outer.has(item));

function anyToJoin(
  sublink: SubLink,
  left: FromNode,
  available: ReadonlySet<number>,
  query: Query,
): JoinNode | undefined {
  if (refersToParent(sublink.query)) return undefined;
  const used = new Set(sublink.args.flatMap((arg) => [...entriesUsed(arg)]));
  if (used.size === 0 || !isSubset(used, available)) return undefined;
  if (sublink.args.some(isVolatile)) return undefined;
  const entry = query.rtable.length;
  const { targets } = sublink.query;
  query.rtable.push({
    kind: 'subquery',
    query: sublink.query,
    alias: 'ANY_subquery',
    columns: targets.map((target) => target.name),
    columnTypes: targets.map((target) => target.expression.type),
    lateral: false,
  });
  const conditions = sublink.args.map((arg, index): Expression => {
    const type = targets[index]?.expression.type;
    const column: Expression = { kind: 'variable', entry, column: index + 1, level: 0, args: [], type };
    return {
      kind: 'operator',
      name: sublink.operator,
      args: [arg, column],
      type: 'bool',
      volatility: 'immutable',
    };
  });
  const right: FromNode = { kind: 'entry', entry };
  return { kind: 'join', type: 'semi', left, right, on: conjunction(conditions), mergedColumns: false };
}

function existsToJoin(
  sublink: SubLink,
  type: 'semi' | 'anti',
  left: FromNode,
  available: ReadonlySet<number>,
  query: Query,
): JoinNode | undefined {
  const inner = sublink.query;
  if (!isPlainExists(inner)) return undefined;
  const where = inner.where;
  if (!where || isVolatile(where)) return undefined;
  const withoutWhere: Query = {
    ...inner,
    targets: [],
    groupBy: [],
    distinct: undefined,
    sort: [],
    where: undefined,
  };
  if (refersToParent(withoutWhere)) return undefined;
  const outerEntries = new Set<number>();
  collectOuterEntries(where, outerEntries);
  if (outerEntries.size === 0 || !isSubset(outerEntries, available)) return undefined;
  inner.targets = [];
  inner.groupBy = [];
  inner.distinct = undefined;
  inner.sort = [];
  inner.windows = [];
  inner.limit = undefined;
  pullUpSublinks(inner);
  adoptEntries(query, inner);
  const [only, ...others] = inner.from;
  const right: FromNode =
    only && others.length === 0 ? only : { kind: 'from', items: inner.from, where: undefined };
  return { kind: 'join', type, left, right, on: inner.where, mergedColumns: false };
}

function isPlainExists(inner: Query): boolean {
  if (inner.command !== 'select' || inner.setOperation || inner.groupingSets || inner.having || inner.offset)
    return false;
  if (inner.rowMarks || inner.ctes.length > 0 || inner.from.length === 0 || inner.windows.length > 0)
    return false;
  const hasOwn = inner.targets.some((target) =>
    someExpression(
      target.expression,
      (node) => (node.kind === 'aggregate' && node.level === 0) || returnsSet(node),
    ),
  );
  if (hasOwn) return false;
  if (!inner.limit) return true;
  return inner.limit.kind === 'constant' && Number(inner.limit.value ?? 1) > 0;
}

function collectOuterEntries(expression: Expression, found: Set<number>): void {
  if (!expressionRefersOutside(expression)) return;
  const walk = (node: Expression, level: number): void => {
    if (node.kind === 'variable' && node.level === level + 1) found.add(node.entry);
    for (const arg of node.args) walk(arg, level);
    if (node.kind === 'sublink') walkQuery(node.query, level + 1);
  };
  const walkQuery = (inner: Query, level: number): void => {
    for (const part of [inner.where, inner.having, ...inner.targets.map((target) => target.expression)]) {
      if (part) walk(part, level);
    }
  };
  walk(expression, 0);
}
