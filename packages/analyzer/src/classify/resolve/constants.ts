import type { A_Const } from '@shardwright/sql';
import type { Constant, Expression } from '../query-tree.ts';

/** The untyped NULL. */
export const nullConstant: Constant = { kind: 'constant', value: null, args: [], type: 'unknown' };

/** A constant as written. */
export function constantOf(node: A_Const): Constant {
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

/** A cast; literals take the type at once, as PostgreSQL's parser does it. */
export function resolveCast(arg: Expression, type: string | undefined, hasModifiers: boolean): Expression {
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
  return (
    (dated.has(from) && /^(text|varchar|bpchar)$/.test(to)) ||
    (/^(text|varchar|bpchar)$/.test(from) && dated.has(to))
  );
}

/** CURRENT_DATE and its like. */
export function sqlValue(operation: string): Expression {
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
