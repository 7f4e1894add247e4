import { nameKey } from '@shardwright/core';
import { type Node, type NodeOf, pick, strings, walk } from '@shardwright/sql';
import { relationsIn } from './queries-in.ts';

/** By table that gained a column: that column, and those it had before, in order. */
export type GainedColumns = ReadonlyMap<
  string,
  { readonly column: string; readonly before: readonly string[] }
>;

/**
 * Puts `(SELECT its columns as they were FROM t) t` in the place of each table of a join whose gained column the query
 * would find twice: joined over by USING or NATURAL, named without its table, or brought along by `*`. Whether there
 * was one.
 */
export function hideGained(
  select: NodeOf<'SelectStmt'>,
  defaultSchema: string,
  gained: GainedColumns,
): boolean {
  if (relationsIn(select.fromClause).length < 2) return false;
  const named = namesWithoutTable(select);
  let isChanged = false;
  const hidden = (item: Node): Node => {
    const join = pick(item, 'JoinExpr');
    if (join) {
      if (join.larg) join.larg = hidden(join.larg);
      if (join.rarg) join.rarg = hidden(join.rarg);
      return item;
    }
    const table = pick(item, 'RangeVar');
    const found = table?.relname
      ? gained.get(nameKey({ schema: table.schemaname ?? defaultSchema, name: table.relname }))
      : undefined;
    if (!table || !found || !(named.all || named.columns.has(found.column))) return item;
    isChanged = true;
    return withColumns(table, found.before);
  };
  if (select.fromClause) select.fromClause = select.fromClause.map(hidden);
  return isChanged;
}

/** What a query names that may be of any table of its join; everything, where it joins by or asks for all there is. */
function namesWithoutTable(select: NodeOf<'SelectStmt'>): { all: boolean; columns: ReadonlySet<string> } {
  const columns = new Set<string>();
  let all = false;
  walk(select, (kind, inside) => {
    if (kind === 'JoinExpr') {
      const join = inside as NodeOf<'JoinExpr'>;
      if (join.isNatural) all = true;
      for (const column of strings(join.usingClause)) columns.add(column);
    }
    if (kind === 'ColumnRef') {
      const { fields = [] } = inside as NodeOf<'ColumnRef'>;
      if (fields.length > 1) return true;
      if (pick(fields[0], 'A_Star')) all = true;
      for (const column of strings(fields)) columns.add(column);
    }
    return true;
  });
  return { all, columns };
}

function withColumns(table: NodeOf<'RangeVar'>, columns: readonly string[]): Node {
  const { alias, ...relation } = table;
  const targetList = columns.map((column) => ({
    ResTarget: { val: { ColumnRef: { fields: [{ String: { sval: column } }] } } },
  }));
  const query: NodeOf<'SelectStmt'> = {
    targetList,
    fromClause: [{ RangeVar: relation }],
    limitOption: 'LIMIT_OPTION_DEFAULT',
    op: 'SETOP_NONE',
  };
  const name = alias ?? { aliasname: table.relname ?? '' };
  return { RangeSubselect: { subquery: { SelectStmt: query }, alias: name } };
}
