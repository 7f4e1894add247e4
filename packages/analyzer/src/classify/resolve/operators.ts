import type { A_Expr, Node } from '@shardwright/sql';
import type { Expression } from '../query-tree.ts';
import { someExpressionDeep } from '../walk.ts';
import { ResolveProblem, type Scope } from './scope.ts';
import { arithmeticType } from './type-names.ts';

const comparisons = new Set([
  '=',
  '<>',
  '<',
  '>',
  '<=',
  '>=',
  '~~',
  '!~~',
  '~~*',
  '!~~*',
  '~',
  '!~',
  '~*',
  '!~*',
]);

function operatorExpression(name: string, args: Expression[]): Expression {
  const [left, right] = args;
  const type =
    comparisons.has(name) || (/^[@<&?|>]+$/.test(name) && name !== '||' && name !== '&' && name !== '|')
      ? 'bool'
      : name === '||'
        ? left?.type?.endsWith('[]') || left?.type === 'jsonb'
          ? left.type
          : 'text'
        : arithmeticType(left?.type, right?.type);
  return {
    kind: 'operator',
    name,
    args,
    type,
    volatility: operatorVolatility(name, left?.type, right?.type),
  };
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
    if (
      left &&
      right &&
      textual.test(left) !== textual.test(right) &&
      !left.endsWith('[]') &&
      left !== 'jsonb'
    ) {
      return 'stable';
    }
  }
  return 'immutable';
}

/** An operator, BETWEEN, IN or an array comparison. */
export function resolveOperator(node: A_Expr, scope: Scope): Expression {
  const names = node.name ?? [];
  const last = names[names.length - 1];
  const name = last && 'String' in last ? (last.String.sval ?? '') : '';
  const normalized = name === '!=' ? '<>' : name;
  const left = node.lexpr && scope.resolver.expression(node.lexpr, scope);
  const kind = node.kind ?? 'AEXPR_OP';
  if (kind === 'AEXPR_IN') return resolveIn(normalized, left, node.rexpr, scope);
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_NOT_BETWEEN' || kind.endsWith('_SYM')) {
    const bounds = listItems(node.rexpr).map((item) => scope.resolver.expression(item, scope));
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
  const right = node.rexpr && scope.resolver.expression(node.rexpr, scope);
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
function resolveIn(
  name: string,
  left: Expression | undefined,
  list: Node | undefined,
  scope: Scope,
): Expression {
  if (!left) throw new ResolveProblem('IN without a left side');
  const negated = name === '<>';
  const items = listItems(list).map((item) => scope.resolver.expression(item, scope));
  const plain = items.filter((item) => !hasVariable(item));
  const others = items.filter((item) => hasVariable(item));
  const parts: Expression[] = [];
  if (plain.length > 1 && left.kind !== 'row') {
    const element =
      plain.find((item) => item.type !== undefined && item.type !== 'unknown')?.type ?? left.type;
    const array: Expression = { kind: 'array', args: plain, type: element && `${element}[]` };
    parts.push({
      kind: negated ? 'all-array' : 'any-array',
      operator: name,
      args: [left, array],
      type: 'bool',
    });
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
