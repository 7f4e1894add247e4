import { hashValue, shardIndex } from '@shardwright/hashing';
import type { HashPlacement, RangePlacement } from '../context.ts';
import { expressionKey, isConstantExpression, isFalse } from '../postgres/fold.ts';
import type { Expression } from '../query-tree.ts';
import { type Planner, placementOf } from './planning.ts';
import { hasDistributionColumn } from './table-kinds.ts';

/**
 * The shards that a table's conditions leave. A shard is its index, or `value:…` where the value that picks it is
 * known but the shard is not (a parameter): the same value picks the same shard in co-located tables.
 */
export type ShardSet =
  | { readonly kind: 'all'; readonly count: number }
  | { readonly kind: 'some'; readonly shards: ReadonlySet<string> };

/** How many shards a set holds. */
export function shardSetSize(set: ShardSet): number {
  return set.kind === 'all' ? set.count : set.shards.size;
}

const noShards: ShardSet = { kind: 'some', shards: new Set() };

/** The shards of a table that conditions on it leave; `column` is the distribution column in the conditions. */
export function pruneShards(
  planner: Planner,
  table: string,
  column: number | undefined,
  clauses: readonly Expression[],
): ShardSet {
  const placement = placementOf(planner, table);
  if (clauses.some(isFalse)) return noShards;
  if (!hasDistributionColumn(placement)) return { kind: 'some', shards: new Set(['0']) };
  if (placement.kind === 'append' || column === undefined)
    return { kind: 'all', count: placement.shardCount };
  const type = planner.names.tables.get(table)?.columns[column - 1]?.type;
  const picked = pickShards({ kind: 'and', args: clauses }, { placement, column, type });
  if (picked === undefined) return { kind: 'all', count: placement.shardCount };
  return { kind: 'some', shards: picked };
}

interface PrunedColumn {
  readonly placement: HashPlacement | RangePlacement;
  readonly column: number;
  readonly type: string | undefined;
}

type Picked = ReadonlySet<string> | undefined;

function pickShards(clause: Expression, target: PrunedColumn): Picked {
  switch (clause.kind) {
    case 'and': {
      let result: Picked;
      for (const part of clause.args) {
        const picked = pickShards(part, target);
        if (picked) result = result ? intersect(result, picked) : picked;
      }
      return result;
    }
    case 'or': {
      const result = new Set<string>();
      for (const part of clause.args) {
        const picked = pickShards(part, target);
        if (!picked) return undefined;
        for (const shard of picked) result.add(shard);
      }
      return result;
    }
    case 'operator': {
      const [left, right] = clause.args;
      if (!left || !right) return undefined;
      if (isKey(left, target) && isConstantExpression(right))
        return compareShards(clause.name, right, target);
      if (isKey(right, target) && isConstantExpression(left))
        return compareShards(flip(clause.name), left, target);
      return undefined;
    }
    case 'any-array': {
      const [left, right] = clause.args;
      if (clause.operator !== '=' || !left || !right || !isKey(left, target)) return undefined;
      const values = arrayValues(right);
      if (!values || values.length === 0) return undefined;
      return new Set(values.map((value) => shardOf(value, target)));
    }
    default:
      return undefined;
  }
}

const intersect = (left: ReadonlySet<string>, right: ReadonlySet<string>): Set<string> =>
  new Set([...left].filter((item) => right.has(item)));

const flip = (operator: string): string =>
  ({ '<': '>', '>': '<', '<=': '>=', '>=': '<=' })[operator] ?? operator;

function isKey(expression: Expression, target: PrunedColumn): boolean {
  return expression.kind === 'variable' && expression.level === 0 && expression.column === target.column;
}

/** The elements of a constant array, NULLs left out. */
function arrayValues(expression: Expression): Expression[] | undefined {
  if (expression.kind === 'cast' && expression.args[0]) return arrayValues(expression.args[0]);
  if (expression.kind === 'array') {
    if (!expression.args.every(isConstantExpression)) return undefined;
    return expression.args.filter((arg) => !(arg.kind === 'constant' && arg.value === null));
  }
  if (expression.kind !== 'constant' || typeof expression.value !== 'string') return undefined;
  const text = expression.value.match(/^\{([^{}"\\]*)\}$/)?.[1];
  if (text === undefined) return undefined;
  const items = text === '' ? [] : text.split(',').map((item) => item.trim());
  return items
    .filter((item) => item.toUpperCase() !== 'NULL')
    .map((value): Expression => ({ kind: 'constant', value, args: [], type: 'unknown' }));
}

function compareShards(operator: string, value: Expression, target: PrunedColumn): Picked {
  if (operator === '=') return new Set([shardOf(value, target)]);
  const { placement } = target;
  if (placement.kind !== 'range' || value.kind !== 'constant' || typeof value.value !== 'string')
    return undefined;
  const text = value.value;
  const found = (placement.ranges ?? []).flatMap(({ min, max }, index) => {
    const [low, high] = [compareText(min, text), compareText(max, text)];
    const keeps =
      operator === '<'
        ? low < 0
        : operator === '<='
          ? low <= 0
          : operator === '>'
            ? high > 0
            : operator === '>='
              ? high >= 0
              : true;
    return keeps ? [String(index)] : [];
  });
  return placement.ranges && /^[<>]=?$/.test(operator) ? new Set(found) : undefined;
}

function compareText(left: string, right: string): number {
  const [first, second] = [Number(left), Number(right)];
  if (left.trim() !== '' && right.trim() !== '' && !Number.isNaN(first) && !Number.isNaN(second))
    return first - second;
  return left < right ? -1 : left > right ? 1 : 0;
}

function shardOf(value: Expression, target: PrunedColumn): string {
  const { placement, type } = target;
  const unknownShard = `value:${expressionKey(value)}`;
  if (placement.shardCount === 1) return '0';
  if (value.kind !== 'constant' || typeof value.value !== 'string') return unknownShard;
  if (placement.kind === 'range') {
    const text = value.value;
    const index = (placement.ranges ?? []).findIndex(
      ({ min, max }) => compareText(min, text) <= 0 && compareText(max, text) >= 0,
    );
    return index < 0 ? unknownShard : String(index);
  }
  if (!placement.uniform || type === undefined) return unknownShard;
  const hash = hashValue(type, value.value);
  return hash === undefined ? unknownShard : String(shardIndex(hash, placement.shardCount));
}
