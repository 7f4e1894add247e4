import type { NameContext } from '../context.ts';
import type { Expression, FromNode, JoinNode, Query } from '../query-tree.ts';
import { variablesOf } from '../references.ts';
import { conjuncts, entriesOf, joinsOf, ownExpressions } from '../walk.ts';

/** The FROM items that must not be all NULL for an expression to be true. */
export function nonNullableEntries(expression: Expression | undefined): Set<number> {
  if (!expression) return new Set();
  switch (expression.kind) {
    case 'and':
      return union(expression.args.map(nonNullableEntries));
    case 'or': {
      const [first, ...rest] = expression.args.map(nonNullableEntries);
      return new Set([...(first ?? [])].filter((entry) => rest.every((other) => other.has(entry))));
    }
    case 'variable':
      return expression.level === 0 ? new Set([expression.entry]) : new Set();
    case 'operator':
      return expression.name === 'is distinct from'
        ? new Set()
        : union(expression.args.map(nonNullableEntries));
    case 'call':
      return expression.strict ? union(expression.args.map(nonNullableEntries)) : new Set();
    case 'any-array':
    case 'cast':
    case 'is-not-null':
    case 'not':
      return nonNullableEntries(expression.args[0]);
    default:
      return new Set();
  }
}

const union = (sets: readonly ReadonlySet<number>[]): Set<number> => new Set(sets.flatMap((set) => [...set]));

/** Turns outer joins into inner (or anti) joins where conditions above drop the NULL rows they would add. */
export function reduceOuterJoins(query: Query): void {
  const strict = nonNullableEntries(query.where);
  const forcedNull = forcedNullColumns(query.where);
  query.from = query.from.map((node) => reduceNode(node, strict, forcedNull));
}

function forcedNullColumns(where: Expression | undefined): Set<string> {
  const found = new Set<string>();
  for (const part of conjuncts(where)) {
    const [arg] = part.args;
    if (part.kind === 'is-null' && arg?.kind === 'variable' && arg.level === 0)
      found.add(`${arg.entry}.${arg.column}`);
  }
  return found;
}

function reduceNode(node: FromNode, strict: ReadonlySet<number>, forcedNull: ReadonlySet<string>): FromNode {
  if (node.kind === 'entry') return node;
  if (node.kind === 'from') {
    const inner = union([strict, nonNullableEntries(node.where)]);
    return { ...node, items: node.items.map((item) => reduceNode(item, inner, forcedNull)) };
  }
  const hits = (side: FromNode): boolean => entriesOf([side]).some((entry) => strict.has(entry));
  let join: JoinNode = node;
  if (join.type === 'full') {
    const [left, right] = [hits(join.left), hits(join.right)];
    if (left && right) join = { ...join, type: 'inner' };
    else if (left) join = { ...join, type: 'left' };
    else if (right) join = { ...join, type: 'right' };
  }
  if (join.type === 'right') join = { ...join, type: 'left', left: join.right, right: join.left };
  if (join.type === 'left' && hits(join.right)) join = { ...join, type: 'inner' };
  const own = nonNullableEntries(join.on);
  if (join.type === 'left' && isAnti(join, own, forcedNull)) join = { ...join, type: 'anti' };
  const isInner = join.type === 'inner' || join.type === 'semi';
  const both = union([strict, own]);
  const leftStrict = isInner ? both : join.type === 'full' ? new Set<number>() : strict;
  const rightStrict = isInner ? both : join.type === 'full' ? new Set<number>() : own;
  return {
    ...join,
    left: reduceNode(join.left, leftStrict, forcedNull),
    right: reduceNode(join.right, rightStrict, forcedNull),
  };
}

/** `a LEFT JOIN b ON a.x = b.x WHERE b.x IS NULL` finds the rows of a without a partner. */
function isAnti(join: JoinNode, strict: ReadonlySet<number>, forcedNull: ReadonlySet<string>): boolean {
  const right = new Set(entriesOf([join.right]));
  return variablesOf(join.on).some(
    (variable) =>
      right.has(variable.entry) &&
      strict.has(variable.entry) &&
      forcedNull.has(`${variable.entry}.${variable.column}`),
  );
}

/** Drops LEFT JOINs to one table over a unique key whose columns nobody uses. */
export function removeUselessJoins(query: Query, context: NameContext): void {
  let removed = true;
  while (removed) {
    removed = false;
    for (const join of joinsOf(query.from)) {
      if (join.type !== 'left' || join.right.kind !== 'entry') continue;
      if (!isUniqueSide(query, join, join.right.entry, context)) continue;
      if (isUsedElsewhere(query, join, join.right.entry)) continue;
      query.from = query.from.map((node) => replaceJoin(node, join));
      removed = true;
      break;
    }
  }
}

function replaceJoin(node: FromNode, join: JoinNode): FromNode {
  if (node === join) return join.left;
  if (node.kind === 'entry') return node;
  if (node.kind === 'from') return { ...node, items: node.items.map((item) => replaceJoin(item, join)) };
  return { ...node, left: replaceJoin(node.left, join), right: replaceJoin(node.right, join) };
}

function isUsedElsewhere(query: Query, join: JoinNode, entry: number): boolean {
  const own = new Set(conjuncts(join.on));
  return ownExpressions(query).some((expression) => {
    const parts =
      expression === join.on ? conjuncts(expression).filter((part) => !own.has(part)) : [expression];
    return parts.some((part) => variablesOf(part).some((variable) => variable.entry === entry));
  });
}

/** Whether a join's conditions pin at most one row of the given side. */
export function isUniqueSide(query: Query, join: JoinNode, side: number, context: NameContext): boolean {
  const entry = query.rtable[side];
  const equal = new Set<number>();
  for (const part of conjuncts(join.on)) {
    if (part.kind !== 'operator' || part.name !== '=') continue;
    const [left, right] = part.args;
    for (const [mine, other] of [
      [left, right],
      [right, left],
    ]) {
      if (mine?.kind !== 'variable' || mine.level !== 0 || mine.entry !== side) continue;
      if (!variablesOf(other).some((variable) => variable.entry === side)) equal.add(mine.column);
    }
  }
  if (entry?.kind === 'relation') {
    const keys = context.tables.get(entry.table)?.uniqueKeys ?? [];
    return keys.some((key) => key.every((name) => equal.has(entry.columns.indexOf(name) + 1)));
  }
  if (entry?.kind !== 'subquery') return false;
  const { query: inner } = entry;
  const distinct =
    inner.distinct ?? (inner.groupBy.length > 0 && !inner.groupingSets ? inner.groupBy : undefined);
  if (!distinct || inner.setOperation) return false;
  return distinct.every((expression) =>
    inner.targets.some((target, index) => target.expression === expression && equal.has(index + 1)),
  );
}
