import type { Constant, Expression } from '../query-tree.ts';
import { mapExpression, someExpressionDeep } from '../walk.ts';

const booleanConstant = (value: boolean): Constant => ({
  kind: 'constant',
  value: value ? 'true' : 'false',
  args: [],
  type: 'bool',
});

/** Whether an expression is the constant FALSE, or NULL, which filters alike. */
export function isFalse(expression: Expression | undefined): boolean {
  if (expression?.kind !== 'constant') return false;
  return expression.value === null || (expression.type === 'bool' && isFalseText(expression.value));
}

/** Whether an expression is the constant TRUE. */
function isTrue(expression: Expression | undefined): boolean {
  return (
    expression?.kind === 'constant' &&
    expression.type === 'bool' &&
    /^(t|true|1|yes|on)$/i.test(expression.value ?? '')
  );
}

const isFalseText = (value: string | undefined): boolean => /^(f|false|0|no|off)$/i.test(value ?? '');

/** Whether an expression has one value for a whole execution: no columns, no subqueries, only immutable functions. */
export function isConstantExpression(expression: Expression): boolean {
  return !someExpressionDeep(expression, (node) => {
    switch (node.kind) {
      case 'variable':
      case 'sublink':
      case 'aggregate':
      case 'window':
      case 'grouping':
        return true;
      case 'call':
      case 'operator':
        return node.volatility !== 'immutable' || (node.kind === 'call' && node.returnsSet);
      case 'cast':
        return node.stable;
      default:
        return false;
    }
  });
}

/** A text that two expressions share exactly when they are the same over the same FROM items. */
export function expressionKey(expression: Expression): string {
  switch (expression.kind) {
    case 'variable':
      return `v${expression.level}.${expression.entry}.${expression.column}`;
    case 'constant':
      return `c${expression.value === null ? 'null' : JSON.stringify(expression.value)}`;
    case 'parameter':
      return `$${expression.number}`;
    case 'sublink':
      return `q${sublinkNumber(expression)}`;
    default: {
      const name =
        'name' in expression ? expression.name : 'operator' in expression ? expression.operator : '';
      const type = expression.kind === 'cast' ? (expression.type ?? '') : '';
      return `${expression.kind}:${name}${type}(${expression.args.map(expressionKey).join(',')})`;
    }
  }
}

const sublinkNumbers = new WeakMap<object, number>();
let sublinkCount = 0;

function sublinkNumber(sublink: object): number {
  let number = sublinkNumbers.get(sublink);
  if (number === undefined) {
    number = sublinkCount++;
    sublinkNumbers.set(sublink, number);
  }
  return number;
}

/** Evaluates what PostgreSQL's planner evaluates ahead and that matters here, and pulls common parts out of ORs. */
export function foldConstants(expression: Expression): Expression {
  return mapExpression(expression, foldNode);
}

function foldNode(node: Expression): Expression {
  switch (node.kind) {
    case 'and':
      return foldAnd(node.args);
    case 'or':
      return foldOr(node.args);
    case 'not': {
      const [arg] = node.args;
      if (isTrue(arg)) return booleanConstant(false);
      if (arg?.kind === 'constant' && arg.value === null) return arg;
      if (isFalse(arg)) return booleanConstant(true);
      return pushNot(arg) ?? node;
    }
    case 'operator':
      return foldOperator(node);
    case 'call':
      if (node.strict && node.volatility === 'immutable' && node.args.some(isNull)) return nullOf(node.type);
      return foldTextCall(node) ?? node;
    case 'cast': {
      const [arg] = node.args;
      if (arg?.kind !== 'constant' || node.stable) return node;
      if (arg.value === null) return nullOf(node.type);
      if (arg.value !== undefined && /^(int[248]|text|varchar|numeric|float[48])$/.test(node.type ?? '')) {
        const isWhole = /^-?\d+$/.test(arg.value);
        if (isWhole || /^(text|varchar)$/.test(node.type ?? '')) return { ...arg, type: node.type };
      }
      return node;
    }
    case 'coalesce': {
      const args = node.args.filter((arg) => !isNull(arg));
      const [first] = args;
      if (!first) return nullOf(node.type);
      if (args.length === 1 || first.kind === 'constant') return first;
      return args.length === node.args.length ? node : { ...node, args };
    }
    case 'is-null':
    case 'is-not-null': {
      const [arg] = node.args;
      if (arg?.kind !== 'constant') return node;
      return booleanConstant((arg.value === null) === (node.kind === 'is-null'));
    }
    default:
      return node;
  }
}

/** The few text functions that conditions on literals are written with. */
function foldTextCall(node: Expression & { kind: 'call' }): Expression | undefined {
  const values = node.args.map((arg) => (arg.kind === 'constant' ? arg.value : undefined));
  const [text, from, count] = values;
  if (typeof text !== 'string' || values.some((value) => typeof value !== 'string')) return undefined;
  const result = (value: string, type: string): Constant => ({ kind: 'constant', value, args: [], type });
  // Beyond ASCII the database's locale decides.
  const isPlain = /^[\x20-\x7e]*$/.test(text);
  if (values.length === 1 && isPlain && node.name === 'lower') return result(text.toLowerCase(), 'text');
  if (values.length === 1 && isPlain && node.name === 'upper') return result(text.toUpperCase(), 'text');
  if (values.length === 1 && isPlain && node.name === 'length') return result(String(text.length), 'int4');
  const start = Number(from);
  if (!isPlain || !/^(substring|substr)$/.test(node.name) || !Number.isInteger(start) || start < 1)
    return undefined;
  const end = count === undefined ? undefined : start - 1 + Number(count);
  return result(text.slice(start - 1, end), 'text');
}

const isNull = (expression: Expression): boolean =>
  expression.kind === 'constant' && expression.value === null;

const nullOf = (type: string | undefined): Constant => ({ kind: 'constant', value: null, args: [], type });

function foldAnd(args: readonly Expression[]): Expression {
  const parts = args.flatMap((arg) => (arg.kind === 'and' ? arg.args : [arg])).filter((arg) => !isTrue(arg));
  if (parts.some(isFalse)) return booleanConstant(false);
  const [first] = parts;
  if (!first) return booleanConstant(true);
  return parts.length === 1 ? first : { kind: 'and', args: parts, type: 'bool' };
}

function foldOr(args: readonly Expression[]): Expression {
  const parts = args.flatMap((arg) => (arg.kind === 'or' ? arg.args : [arg])).filter((arg) => !isFalse(arg));
  if (parts.some(isTrue)) return booleanConstant(true);
  const [first, ...rest] = parts;
  if (!first) return booleanConstant(false);
  if (rest.length === 0) return first;
  return pullCommonParts(parts) ?? { kind: 'or', args: parts, type: 'bool' };
}

/** `(A AND B) OR (A AND C)` is `A AND (B OR C)`. */
function pullCommonParts(parts: readonly Expression[]): Expression | undefined {
  const lists = parts.map((part) => (part.kind === 'and' ? part.args : [part]));
  const [shortest] = [...lists].sort((left, right) => left.length - right.length);
  const common = (shortest ?? []).filter((candidate) => {
    const key = expressionKey(candidate);
    return lists.every((list) => list.some((item) => expressionKey(item) === key));
  });
  if (common.length === 0) return undefined;
  const keys = new Set(common.map(expressionKey));
  const remaining = lists.map((list) => list.filter((item) => !keys.has(expressionKey(item))));
  if (remaining.some((list) => list.length === 0)) return foldAnd(common);
  return foldAnd([...common, foldOr(remaining.map(foldAnd))]);
}

const negators: Readonly<Record<string, string>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
};

/** PostgreSQL's planner replaces NOT over comparisons, ANDs and ORs. */
function pushNot(arg: Expression | undefined): Expression | undefined {
  if (!arg) return undefined;
  if (arg.kind === 'operator') {
    const name = negators[arg.name];
    return name === undefined ? undefined : { ...arg, name };
  }
  if (arg.kind === 'not') return arg.args[0];
  if (arg.kind === 'is-null') return { ...arg, kind: 'is-not-null' };
  if (arg.kind === 'is-not-null') return { ...arg, kind: 'is-null' };
  if (arg.kind === 'and' || arg.kind === 'or') {
    const args = arg.args.map(
      (part) => pushNot(part) ?? { kind: 'not' as const, args: [part], type: 'bool' },
    );
    return arg.kind === 'and' ? foldOr(args) : foldAnd(args);
  }
  return undefined;
}

function foldOperator(node: Expression & { kind: 'operator' }): Expression {
  if (node.args.some(isNull) && node.name !== 'is distinct from') return nullOf(node.type);
  const [left, right] = node.args;
  const simplified = left && right && foldBooleanComparison(node.name, left, right);
  if (simplified) return simplified;
  if (left?.kind !== 'constant' || typeof left.value !== 'string') return node;
  if (node.args.length === 1) {
    if (node.name === '-' && /^-?[\d.]+$/.test(left.value)) {
      const value = left.value.startsWith('-') ? left.value.slice(1) : `-${left.value}`;
      return { ...left, value };
    }
    return node;
  }
  if (right?.kind !== 'constant' || typeof right.value !== 'string') return node;
  const numeric = [left.value, right.value].every((value) => /^-?\d+(\.\d+)?$/.test(value));
  const comparison = compare(node.name, left.value, right.value, numeric && !isText(left) && !isText(right));
  if (comparison !== undefined) return booleanConstant(comparison);
  if (!numeric || isText(left)) return node;
  const value = calculate(node.name, left.value, right.value);
  return value === undefined ? node : { ...left, value, type: node.type ?? left.type };
}

/** `condition = true` is the condition. */
function foldBooleanComparison(name: string, left: Expression, right: Expression): Expression | undefined {
  if (name !== '=' && name !== '<>') return undefined;
  const [constant, other] = isTruth(right) ? [right, left] : [left, right];
  if (!isTruth(constant) || other.kind === 'constant' || other.type !== 'bool') return undefined;
  const keeps = isTrue(constant) === (name === '=');
  return keeps ? other : (pushNot(other) ?? { kind: 'not', args: [other], type: 'bool' });
}

const isTruth = (expression: Expression): boolean =>
  expression.kind === 'constant' &&
  (expression.type === 'bool' || expression.type === 'unknown') &&
  /^(t|f|true|false)$/i.test(expression.value ?? '');

const isText = (expression: Expression): boolean =>
  /^(text|varchar|bpchar|name)$/.test(expression.type ?? '');

function compare(name: string, left: string, right: string, numeric: boolean): boolean | undefined {
  if (name === '=' || name === '<>') {
    const equal = numeric ? Number(left) === Number(right) : left === right;
    return equal === (name === '=');
  }
  if (!numeric) return undefined;
  const difference = Number(left) - Number(right);
  switch (name) {
    case '<':
      return difference < 0;
    case '>':
      return difference > 0;
    case '<=':
      return difference <= 0;
    case '>=':
      return difference >= 0;
    default:
      return undefined;
  }
}

function calculate(name: string, left: string, right: string): string | undefined {
  if (left.includes('.') || right.includes('.')) return undefined;
  const [first, second] = [BigInt(left), BigInt(right)];
  switch (name) {
    case '+':
      return String(first + second);
    case '-':
      return String(first - second);
    case '*':
      return String(first * second);
    case '/':
      return second === 0n ? undefined : String(first / second);
    case '%':
      return second === 0n ? undefined : String(first % second);
    default:
      return undefined;
  }
}
