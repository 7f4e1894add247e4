import type { Node, SubLink } from '@shardwright/sql';
import type { Expression } from '../query-tree.ts';
import { resolveCall } from './calls.ts';
import { constantOf, nullConstant, resolveCast, sqlValue } from './constants.ts';
import { nestedNodes } from './nested-nodes.ts';
import { resolveOperator } from './operators.ts';
import { lookupColumn, ResolveProblem, type Scope, wholeRow } from './scope.ts';
import { typeNameOf } from './type-names.ts';

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

function resolveIndirection(node: { arg?: Node; indirection?: Node[] }, scope: Scope): Expression {
  if (!node.arg) throw new ResolveProblem('selection from nothing');
  let result = resolveExpression(node.arg, scope);
  for (const step of node.indirection ?? []) {
    if ('String' in step) {
      result = { kind: 'field', name: step.String.sval ?? '', args: [result] };
    } else {
      const type = result.type?.endsWith('[]') ? result.type.slice(0, -2) : undefined;
      result = {
        kind: 'other',
        args: [result, ...nestedNodes(step).map((child) => resolveExpression(child, scope))],
        type,
      };
    }
  }
  return result;
}

function withFirstType(kind: 'coalesce' | 'greatest', args: Expression[]): Expression {
  return { kind, args, type: args.find((arg) => arg.type !== 'unknown')?.type };
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
