import { type Node, pick, strings, walk } from '@shardwright/sql';
import type { WrittenName } from './database.ts';
import { writtenName } from './database.ts';

/** The distinct columns an expression over one table mentions, in order of appearance. */
export function columnsOf(expression: Node | undefined): string[] {
  const found = new Set<string>();
  walk(expression, (kind, inside) => {
    if (kind === 'ColumnRef') {
      const name = strings(inside.fields as readonly Node[]).at(-1);
      if (name !== undefined) found.add(name);
    }
    return true;
  });
  return [...found];
}

/** Whether an expression holds a subquery. */
export function hasSubquery(expression: Node | undefined): boolean {
  let found = false;
  walk(expression, (kind) => {
    if (kind === 'SubLink') found = true;
    return !found;
  });
  return found;
}

/** A copy of an expression over one table with a column renamed. */
export function renameColumn(expression: Node, from: string, to: string): Node {
  const copy = structuredClone(expression);
  walk(copy, (kind, inside) => {
    if (kind !== 'ColumnRef') return true;
    const last = pick((inside.fields as readonly Node[]).at(-1), 'String');
    if (last?.sval === from) last.sval = to;
    return false;
  });
  return copy;
}

/** The sequence that a `nextval('…')` default names. */
export function nextvalSequence(expression: Node | undefined): WrittenName | undefined {
  const call = pick(expression, 'FuncCall') ?? pick(pick(expression, 'TypeCast')?.arg, 'FuncCall');
  if (call === undefined || strings(call.funcname).at(-1) !== 'nextval') return undefined;
  const text = constantText(call.args?.[0]);
  return text === undefined ? undefined : writtenName(splitIdentifier(text));
}

/** The string of a constant, casts around it ignored. */
export function constantText(node: Node | undefined): string | undefined {
  const cast = pick(node, 'TypeCast');
  if (cast) return constantText(cast.arg);
  const constant = pick(node, 'A_Const');
  if (constant?.sval) return constant.sval.sval ?? '';
  if (constant?.ival) return String(constant.ival.ival ?? 0);
  if (constant?.fval) return constant.fval.fval ?? '0';
  if (constant?.boolval) return String(constant.boolval.boolval ?? false);
  return undefined;
}

/** A dotted name as regclass reads it: unquoted parts in lower case. */
export function splitIdentifier(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^".\s]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"'),
  );
}

/** Stands for `nextval` of the column's own sequence; its printed form follows the sequence's name. */
export const nextvalDefault: Node = {
  FuncCall: { funcname: [{ String: { sval: 'nextval' } }], args: [], funcformat: 'COERCE_EXPLICIT_CALL' },
};

/** Whether a default is a bare call of `nextval`. */
export function isNextval(expression: Node): boolean {
  const call = pick(expression, 'FuncCall') ?? pick(pick(expression, 'TypeCast')?.arg, 'FuncCall');
  return call !== undefined && strings(call.funcname).at(-1) === 'nextval';
}

/** The name a column gets from the expression that computes it, as the server's FigureColname gives it. */
export function figureColumnName(node: Node | undefined): string | undefined {
  return figure(node)?.name;
}

// Strength as in the server: a cast gives its name only to what has no better one.
function figure(node: Node | undefined): { name: string; strength: 1 | 2 } | undefined {
  const strong = (name: string | undefined) =>
    name === undefined ? undefined : { name, strength: 2 as const };
  if (node === undefined) return undefined;
  const column = pick(node, 'ColumnRef');
  if (column) return strong(strings(column.fields).at(-1));
  const indirection = pick(node, 'A_Indirection');
  if (indirection) return strong(strings(indirection.indirection).at(-1)) ?? figure(indirection.arg);
  const call = pick(node, 'FuncCall');
  if (call) return strong(strings(call.funcname).at(-1));
  const cast = pick(node, 'TypeCast');
  if (cast) {
    const inner = figure(cast.arg);
    const name = strings(cast.typeName?.names).at(-1);
    return inner?.strength === 2 || name === undefined ? inner : { name, strength: 1 };
  }
  const collate = pick(node, 'CollateClause');
  if (collate) return figure(collate.arg);
  const choice = pick(node, 'CaseExpr');
  if (choice) {
    const inner = figure(choice.defresult);
    return inner?.strength === 2 ? inner : { name: 'case', strength: 1 };
  }
  if (pick(node, 'A_Expr')?.kind === 'AEXPR_NULLIF') return strong('nullif');
  const minMax = pick(node, 'MinMaxExpr');
  if (minMax) return strong(minMax.op === 'IS_LEAST' ? 'least' : 'greatest');
  const current = pick(node, 'SQLValueFunction');
  if (current)
    return strong(
      current.op
        ?.replace(/^SVFOP_/, '')
        .replace(/_N$/, '')
        .toLowerCase(),
    );
  const link = pick(node, 'SubLink');
  if (link) return figureSubLink(link.subLinkType, link.subselect);
  const fixed = Object.keys(node)[0] ?? '';
  return strong(fixedNames[fixed]);
}

const fixedNames: Readonly<Record<string, string>> = {
  GroupingFunc: 'grouping',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  XmlSerialize: 'xmlserialize',
};

function figureSubLink(
  kind: string | undefined,
  subselect: Node | undefined,
): { name: string; strength: 1 | 2 } | undefined {
  if (kind === 'EXISTS_SUBLINK') return { name: 'exists', strength: 2 };
  if (kind === 'ARRAY_SUBLINK') return { name: 'array', strength: 2 };
  const target = pick(pick(subselect, 'SelectStmt')?.targetList?.[0], 'ResTarget');
  if (kind !== 'EXPR_SUBLINK' || target === undefined) return undefined;
  return target.name === undefined ? figure(target.val) : { name: target.name, strength: 2 };
}
