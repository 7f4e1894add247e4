import { nameKey } from '@shardwright/core';
import type { A_Const, A_Expr, FuncCall, Node, SubLink } from '@shardwright/sql';
import { builtinVolatility, isAggregate, returnsSet } from '../builtin-functions.ts';
import type { NameContext } from '../context.ts';
import type { Constant, Expression, Query } from '../query-tree.ts';
import { someExpressionDeep } from '../walk.ts';
import { lookupColumn, ResolveProblem, type Scope, wholeRow } from './scope.ts';
import { arithmeticType, callType, typeNameOf } from './type-names.ts';

/** An expression's syntax tree with its names resolved. */
export function resolveExpression(node: Node, scope: Scope): Expression {
  const resolve = (child: Node): Expression => resolveExpression(child, scope);
  const all = (children: readonly Node[] | undefined): Expression[] => (children ?? []).map(resolve);
  const some = (...children: (Node | undefined)[]): Expression[] =>
    children.filter((child) => child !== undefined).map(resolve);

  if ('ColumnRef' in node) return resolveColumn(node.ColumnRef.fields ?? [], scope);
  if ('A_Const' in node) return constantOf(node.A_Const);
  if ('ParamRef' in node) return { kind: 'parameter', number: node.ParamRef.number ?? 0, args: [] };
  if ('A_Expr' in node) return resolveOperator(node.A_Expr, scope);
  if ('BoolExpr' in node) {
    const kinds = { AND_EXPR: 'and', OR_EXPR: 'or', NOT_EXPR: 'not' } as const;
    return { kind: kinds[node.BoolExpr.boolop ?? 'AND_EXPR'], args: all(node.BoolExpr.args), type: 'bool' };
  }
  if ('FuncCall' in node) return resolveCall(node.FuncCall, scope);
  if ('SubLink' in node) return resolveSubLink(node.SubLink, scope);
  if ('TypeCast' in node) {
    const [arg] = some(node.TypeCast.arg);
    const type = typeNameOf(node.TypeCast.typeName);
    if (!arg) throw new ResolveProblem('cast of nothing');
    return resolveCast(arg, type, (node.TypeCast.typeName?.typmods?.length ?? 0) > 0);
  }
  if ('CollateClause' in node) {
    return { kind: 'other', args: some(node.CollateClause.arg), type: 'text' };
  }
  if ('NullTest' in node) {
    const kind = node.NullTest.nulltesttype === 'IS_NOT_NULL' ? 'is-not-null' : 'is-null';
    return { kind, args: some(node.NullTest.arg), type: 'bool' };
  }
  if ('BooleanTest' in node) return { kind: 'boolean-test', args: some(node.BooleanTest.arg), type: 'bool' };
  if ('CoalesceExpr' in node) return withFirstType('coalesce', all(node.CoalesceExpr.args));
  if ('MinMaxExpr' in node) return withFirstType('greatest', all(node.MinMaxExpr.args));
  if ('CaseExpr' in node) {
    const branches = (node.CaseExpr.args ?? []).flatMap((when) =>
      'CaseWhen' in when ? some(when.CaseWhen.expr, when.CaseWhen.result) : [],
    );
    const args = [...some(node.CaseExpr.arg), ...branches, ...some(node.CaseExpr.defresult)];
    return { kind: 'case', args, type: branches[1]?.type };
  }
  if ('RowExpr' in node) return { kind: 'row', args: all(node.RowExpr.args), type: 'record' };
  if ('A_ArrayExpr' in node) {
    const args = all(node.A_ArrayExpr.elements);
    return { kind: 'array', args, type: args[0]?.type && `${args[0].type}[]` };
  }
  if ('A_Indirection' in node) return resolveIndirection(node.A_Indirection, scope);
  if ('SQLValueFunction' in node) {
    return sqlValue(node.SQLValueFunction.op ?? 'SVFOP_CURRENT_TIMESTAMP');
  }
  return resolveOther(node, scope);
}

/** The kinds of nodes that are rare in queries. */
function resolveOther(node: Node, scope: Scope): Expression {
  const resolve = (child: Node): Expression => resolveExpression(child, scope);
  const all = (children: readonly Node[] | undefined): Expression[] => (children ?? []).map(resolve);
  const some = (child: Node | undefined): Expression[] => (child ? [resolve(child)] : []);
  if ('GroupingFunc' in node) return { kind: 'grouping', args: all(node.GroupingFunc.args), type: 'int4' };
  if ('SetToDefault' in node) return { kind: 'other', args: [] };
  if ('NamedArgExpr' in node) return some(node.NamedArgExpr.arg)[0] ?? nullConstant;
  if ('MultiAssignRef' in node) return { kind: 'other', args: some(node.MultiAssignRef.source) };
  if ('CurrentOfExpr' in node) return { kind: 'other', args: [], type: 'cursor' };
  return { kind: 'other', args: nestedNodes(node).map(resolve) };
}

const nullConstant: Constant = { kind: 'constant', value: null, args: [], type: 'unknown' };

/** A constant as written. */
function constantOf(node: A_Const): Constant {
  const base = { kind: 'constant', args: [] } as const;
  if (node.isnull) return nullConstant;
  if (node.ival) return { ...base, value: String(node.ival.ival ?? 0), type: 'int4' };
  if (node.fval) {
    const text = node.fval.fval ?? '0';
    return { ...base, value: text, type: /^\d{10,19}$/.test(text) ? 'int8' : 'numeric' };
  }
  if (node.boolval) return { ...base, value: node.boolval.boolval ? 'true' : 'false', type: 'bool' };
  if (node.sval) return { ...base, value: node.sval.sval ?? '', type: 'unknown' };
  return { ...base, value: node.bsval?.bsval ?? undefined, type: 'bit' };
}

function resolveColumn(fields: readonly Node[], scope: Scope): Expression {
  const last = fields[fields.length - 1];
  const names = fields.flatMap((field) => ('String' in field ? [field.String.sval ?? ''] : []));
  if (last && 'A_Star' in last) {
    const item = scope.items.find((candidate) => candidate.name === names[names.length - 1]);
    if (item?.entry === undefined) throw new ResolveProblem(`relation ${names.join('.')} is not in FROM`);
    return wholeRow(item.entry);
  }
  return lookupColumn(names, scope);
}

function resolveIndirection(
  node: { arg?: Node; indirection?: Node[] },
  scope: Scope,
): Expression {
  if (!node.arg) throw new ResolveProblem('selection from nothing');
  let result = resolveExpression(node.arg, scope);
  for (const step of node.indirection ?? []) {
    if ('String' in step) {
      result = { kind: 'field', name: step.String.sval ?? '', args: [result] };
    } else {
      const type = result.type?.endsWith('[]') ? result.type.slice(0, -2) : undefined;
      result = { kind: 'other', args: [result, ...nestedNodes(step).map((child) => resolveExpression(child, scope))], type };
    }
  }
  return result;
}

/** A cast; literals take the type at once, as PostgreSQL's parser does it. */
function resolveCast(arg: Expression, type: string | undefined, hasModifiers: boolean): Expression {
  if (arg.kind === 'constant' && (arg.type === 'unknown' || arg.value === null)) return { ...arg, type };
  if (arg.type === type && type !== undefined && !hasModifiers) return arg;
  if (arg.kind === 'parameter' && arg.type === undefined) return { ...arg, type };
  return { kind: 'cast', args: [arg], type, stable: isStableCast(arg.type, type) };
}

function isStableCast(from: string | undefined, to: string | undefined): boolean {
  const zoned = new Set(['timestamptz', 'timetz']);
  const dated = new Set(['timestamptz', 'timestamp', 'date', 'time', 'timetz', 'interval']);
  if (from === undefined || to === undefined || from === to) return false;
  if (zoned.has(from) !== zoned.has(to) && dated.has(from) && dated.has(to)) return true;
  return (dated.has(from) && /^(text|varchar|bpchar)$/.test(to)) || (/^(text|varchar|bpchar)$/.test(from) && dated.has(to));
}

function sqlValue(operation: string): Expression {
  const type = operation.includes('DATE')
    ? 'date'
    : operation.includes('TIMESTAMP')
      ? 'timestamptz'
      : operation.includes('TIME')
        ? 'timetz'
        : 'name';
  const base = { kind: 'call', args: [], returnsSet: false, strict: false, volatility: 'stable' } as const;
  return { ...base, name: operation.toLowerCase(), type };
}

function withFirstType(kind: 'coalesce' | 'greatest', args: Expression[]): Expression {
  return { kind, args, type: args.find((arg) => arg.type !== 'unknown')?.type };
}

const comparisons = new Set(['=', '<>', '<', '>', '<=', '>=', '~~', '!~~', '~~*', '!~~*', '~', '!~', '~*', '!~*']);

function operatorExpression(name: string, args: Expression[]): Expression {
  const [left, right] = args;
  const type = comparisons.has(name) || /^[@<&?|>]+$/.test(name) && name !== '||' && name !== '&' && name !== '|'
    ? 'bool'
    : name === '||'
      ? (left?.type?.endsWith('[]') || left?.type === 'jsonb' ? left.type : 'text')
      : arithmeticType(left?.type, right?.type);
  return { kind: 'operator', name, args, type, volatility: operatorVolatility(name, left?.type, right?.type) };
}

function operatorVolatility(
  name: string,
  left: string | undefined,
  right: string | undefined,
): 'immutable' | 'stable' {
  const types = [left, right];
  if (types.includes('timestamptz')) {
    if (types.includes('date') || types.includes('timestamp')) return 'stable';
    if ((name === '+' || name === '-') && types.includes('interval')) return 'stable';
  }
  if (name === '||') {
    const textual = /^(text|varchar|bpchar|unknown|name)$/;
    if (left && right && textual.test(left) !== textual.test(right) && !left.endsWith('[]') && left !== 'jsonb') {
      return 'stable';
    }
  }
  return 'immutable';
}

function resolveOperator(node: A_Expr, scope: Scope): Expression {
  const names = node.name ?? [];
  const last = names[names.length - 1];
  const name = last && 'String' in last ? (last.String.sval ?? '') : '';
  const normalized = name === '!=' ? '<>' : name;
  const left = node.lexpr && resolveSide(node.lexpr, scope);
  const kind = node.kind ?? 'AEXPR_OP';
  if (kind === 'AEXPR_IN') return resolveIn(normalized, left, node.rexpr, scope);
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_NOT_BETWEEN' || kind.endsWith('_SYM')) {
    const bounds = listItems(node.rexpr).map((item) => resolveExpression(item, scope));
    const [low, high] = bounds;
    if (!left || !low || !high) throw new ResolveProblem('BETWEEN without bounds');
    if (kind.endsWith('_SYM')) return { kind: 'other', args: [left, low, high], type: 'bool' };
    const range: Expression = {
      kind: 'and',
      args: [operatorExpression('>=', [left, low]), operatorExpression('<=', [left, high])],
      type: 'bool',
    };
    return kind === 'AEXPR_BETWEEN' ? range : { kind: 'not', args: [range], type: 'bool' };
  }
  const right = node.rexpr && resolveSide(node.rexpr, scope);
  const args = [left, right].filter((side) => side !== undefined);
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL') {
    return {
      kind: kind === 'AEXPR_OP_ANY' ? 'any-array' : 'all-array',
      operator: normalized,
      args: typeArrayLike(args),
      type: 'bool',
    };
  }
  if (kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT') {
    return { kind: 'operator', name: 'is distinct from', args, type: 'bool', volatility: 'immutable' };
  }
  if (kind === 'AEXPR_NULLIF') return { kind: 'other', args, type: args[0]?.type };
  if (left?.kind === 'row' && right?.kind === 'row' && normalized === '=') {
    const pairs = left.args.flatMap((item, index): Expression[] => {
      const other = right.args[index];
      return other ? [operatorExpression('=', [item, other])] : [];
    });
    const [first] = pairs;
    return pairs.length === 1 && first ? first : { kind: 'and', args: pairs, type: 'bool' };
  }
  return operatorExpression(normalized, args);
}

function resolveSide(node: Node, scope: Scope): Expression {
  return resolveExpression(node, scope);
}

/** `x = ANY ('{1,2}')`: the literal is an array of x's type. */
function typeArrayLike(args: Expression[]): Expression[] {
  const [left, right] = args;
  if (left && right?.kind === 'constant' && right.type === 'unknown') {
    return [left, { ...right, type: left.type && `${left.type}[]` }];
  }
  return args;
}

function listItems(node: Node | undefined): readonly Node[] {
  return node && 'List' in node ? (node.List.items ?? []) : [];
}

/**
 * `x IN (…)`: constants become one array comparison when there are two or more, anything that holds a column
 * becomes an equality of its own (transformAExprIn).
 */
function resolveIn(name: string, left: Expression | undefined, list: Node | undefined, scope: Scope): Expression {
  if (!left) throw new ResolveProblem('IN without a left side');
  const negated = name === '<>';
  const items = listItems(list).map((item) => resolveExpression(item, scope));
  const plain = items.filter((item) => !hasVariable(item));
  const others = items.filter((item) => hasVariable(item));
  const parts: Expression[] = [];
  if (plain.length > 1 && left.kind !== 'row') {
    const element = plain.find((item) => item.type !== undefined && item.type !== 'unknown')?.type ?? left.type;
    const array: Expression = { kind: 'array', args: plain, type: element && `${element}[]` };
    parts.push({ kind: negated ? 'all-array' : 'any-array', operator: name, args: [left, array], type: 'bool' });
  } else {
    others.push(...plain);
  }
  for (const item of others) {
    if (left.kind === 'row' && item.kind === 'row' && !negated) {
      const args = left.args.flatMap((column, index): Expression[] => {
        const other = item.args[index];
        return other ? [operatorExpression('=', [column, other])] : [];
      });
      parts.push({ kind: 'and', args, type: 'bool' });
    } else {
      parts.push(operatorExpression(name, [left, item]));
    }
  }
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  return { kind: negated ? 'and' : 'or', args: parts, type: 'bool' };
}

function hasVariable(expression: Expression): boolean {
  return someExpressionDeep(expression, (node) => node.kind === 'variable');
}

function resolveSubLink(node: SubLink, scope: Scope): Expression {
  const kinds = {
    EXISTS_SUBLINK: 'exists',
    ANY_SUBLINK: 'any',
    ALL_SUBLINK: 'all',
    ROWCOMPARE_SUBLINK: 'scalar',
    EXPR_SUBLINK: 'scalar',
    MULTIEXPR_SUBLINK: 'scalar',
    ARRAY_SUBLINK: 'array',
    CTE_SUBLINK: 'scalar',
  } as const;
  const link = kinds[node.subLinkType ?? 'EXPR_SUBLINK'];
  if (!node.subselect) throw new ResolveProblem('subquery without a query');
  const query = scope.resolver.statement(node.subselect, scope);
  const test = node.testexpr && resolveExpression(node.testexpr, scope);
  const args = test ? (test.kind === 'row' ? [...test.args] : [test]) : [];
  const last = node.operName?.[node.operName.length - 1];
  const operator = last && 'String' in last ? (last.String.sval ?? '=') : '=';
  const type = link === 'scalar' ? query.targets[0]?.expression.type : link === 'array' ? undefined : 'bool';
  return { kind: 'sublink', link, operator, query, args, type };
}

function resolveCall(node: FuncCall, scope: Scope): Expression {
  const names = (node.funcname ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  const name = names[names.length - 1] ?? '';
  const args = (node.args ?? []).map((arg) => resolveExpression(arg, scope));
  if (node.agg_order) args.push(...node.agg_order.map((sort) => resolveSort(sort, scope)));
  if (node.agg_filter) args.push(resolveExpression(node.agg_filter, scope));
  const type = callType(name, args.map((arg) => arg.type));
  if (node.over) return { kind: 'window', name, window: windowIndex(node.over, scope), args, type };
  const schema = names.length > 1 ? names[names.length - 2] : undefined;
  const own = findFunctions(scope.resolver.context, schema, name);
  const [definition] = own;
  if (own.length > 0 ? definition?.kind === 'aggregate' : isAggregate(name)) {
    const levels = aggregateLevels(args);
    return {
      kind: 'aggregate',
      name,
      distinct: node.agg_distinct ?? false,
      ordered: (node.agg_order?.length ?? 0) > 0,
      level: levels,
      custom: own.length > 0,
      args,
      type,
    };
  }
  const base = { kind: 'call', name, args, type } as const;
  if (definition) {
    const volatile = own.find((candidate) => candidate.volatility === 'volatile') ?? definition;
    return { ...base, volatility: volatile.volatility, returnsSet: definition.returnsSet, strict: definition.strict };
  }
  const zoned = args.some((arg) => arg.type === 'timestamptz');
  const dependsOnZone = /^(date_trunc|date_part|extract|age|timezone|generate_series)$/.test(name) && zoned;
  return {
    ...base,
    volatility: dependsOnZone && name !== 'timezone' ? 'stable' : builtinVolatility(name),
    returnsSet: returnsSet(name),
    strict: !/^(concat|concat_ws|format|json_build|jsonb_build|num_nulls|num_nonnulls|array_append|array_prepend|array_cat)/.test(name),
  };
}

/** An aggregate belongs to the innermost level among its variables. */
function aggregateLevels(args: readonly Expression[]): number {
  let lowest: number | undefined;
  for (const arg of args) {
    someExpressionDeep(arg, (node, level) => {
      if (node.kind === 'variable' && node.level >= level) {
        const own = node.level - level;
        lowest = lowest === undefined ? own : Math.min(lowest, own);
      }
      return false;
    });
  }
  return lowest ?? 0;
}

/** The functions of the database that a name may mean. */
export function findFunctions(
  context: NameContext,
  schema: string | undefined,
  name: string,
): readonly { kind: string; volatility: 'immutable' | 'stable' | 'volatile'; returnsSet: boolean; strict: boolean }[] {
  const schemas = schema === undefined ? context.searchPath : [schema];
  for (const candidate of schemas) {
    const found = context.functions.get(nameKey({ schema: candidate, name }));
    if (found) return found;
  }
  return [];
}

function resolveSort(node: Node, scope: Scope): Expression {
  if ('SortBy' in node && node.SortBy.node) return resolveExpression(node.SortBy.node, scope);
  return resolveExpression(node, scope);
}

function windowIndex(
  over: { name?: string; refname?: string; partitionClause?: Node[]; orderClause?: Node[] },
  scope: Scope,
): number {
  if (over.name !== undefined) {
    const index = scope.windowNames.get(over.name);
    if (index !== undefined) return index;
  }
  const base = over.refname === undefined ? undefined : scope.windowNames.get(over.refname);
  const inherited = base === undefined ? undefined : scope.query.windows[base];
  const partition = (over.partitionClause ?? []).map((node) => resolveExpression(node, scope));
  const order = (over.orderClause ?? []).map((node) => resolveSort(node, scope));
  scope.query.windows.push({ partition: inherited?.partition ?? partition, order });
  return scope.query.windows.length - 1;
}

/** Child expressions of a syntax-tree node that has no case of its own (XML, JSON constructors, …). */
function nestedNodes(value: unknown, found: Node[] = []): Node[] {
  if (Array.isArray(value)) for (const item of value) collectNode(item, found);
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) collectNode(item, found);
  }
  return found;
}

const expressionNodes = new Set(
  (
    'ColumnRef A_Const ParamRef A_Expr BoolExpr FuncCall SubLink TypeCast CollateClause NullTest BooleanTest ' +
    'CoalesceExpr MinMaxExpr CaseExpr RowExpr A_ArrayExpr A_Indirection SQLValueFunction GroupingFunc'
  ).split(' '),
);

function collectNode(value: unknown, found: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  const [key] = Object.keys(value);
  if (key !== undefined && expressionNodes.has(key) && isNode(value)) found.push(value);
  else nestedNodes(value, found);
}

function isNode(value: object): value is Node {
  return Object.keys(value).length === 1;
}

/** Whether a query computes aggregates at its own level. */
export function hasOwnAggregates(query: Query): boolean {
  const expressions = [...query.targets.map((target) => target.expression), query.having, ...query.sort];
  return expressions.some((expression) =>
    someExpressionDeep(expression, (node, level) => node.kind === 'aggregate' && node.level === level),
  );
}
