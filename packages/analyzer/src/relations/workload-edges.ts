import type { DesignTable, DesignTables } from '../design/design-table.ts';
import { type Edge, isNeverNull, namingOf } from './edge.ts';
import { ownIdentifier, typeFamily } from './key-columns.ts';
import type { QueryFacts } from './query-facts.ts';

/** Equi-joins of the workload that no known relation covers: what the application relates without saying so. */
export function workloadEdges(
  tables: DesignTables,
  known: readonly Edge[],
  queries: readonly QueryFacts[],
): Edge[] {
  const pairs = new Set<string>();
  for (const edge of known)
    for (const [position, column] of edge.columns.entries()) {
      pairs.add(pairKey(edge.from, column, edge.to, edge.referencedColumns[position] ?? ''));
      pairs.add(pairKey(edge.to, edge.referencedColumns[position] ?? '', edge.from, column));
    }
  const found = new Map<string, { from: Side; to: Side; calls: number; queries: number }>();
  for (const query of queries) {
    for (const { left, right } of query.joins) {
      const a = side(tables, left.table, left.column);
      const b = side(tables, right.table, right.column);
      if (a === undefined || b === undefined || a.table === b.table) continue;
      if (pairs.has(pairKey(a.table.index, a.column, b.table.index, b.column))) continue;
      const [from, to] = identifies(a) && !identifies(b) ? [b, a] : [a, b];
      const key = pairKey(from.table.index, from.column, to.table.index, to.column);
      const entry = found.get(key) ??
        found.get(pairKey(to.table.index, to.column, from.table.index, from.column)) ?? {
          from,
          to,
          calls: 0,
          queries: 0,
        };
      entry.calls += query.calls;
      entry.queries++;
      found.set(
        pairKey(entry.from.table.index, entry.from.column, entry.to.table.index, entry.to.column),
        entry,
      );
    }
  }
  // Two tables that both join a third on its key meet there: the pair says nothing more.
  const targets = new Map<string, Set<string>>();
  const note = (from: number, column: string, to: number, referenced: string): void => {
    const key = `${from}.${column}`;
    const set = targets.get(key) ?? new Set<string>();
    targets.set(key, set.add(`${to}.${referenced}`));
  };
  for (const edge of known)
    for (const [position, column] of edge.columns.entries())
      note(edge.from, column, edge.to, edge.referencedColumns[position] ?? '');
  for (const { from, to } of found.values())
    if (identifies(to)) note(from.table.index, from.column, to.table.index, to.column);
  const direct = [...found.values()].filter(({ from, to }) => {
    if (identifies(to)) return true;
    const other = targets.get(`${to.table.index}.${to.column}`) ?? new Set();
    return ![...(targets.get(`${from.table.index}.${from.column}`) ?? [])].some((target) =>
      other.has(target),
    );
  });
  return direct.map(({ from, to, calls, queries: count }, position) => {
    const column = from.table.columns.get(from.column);
    return {
      index: known.length + position,
      from: from.table.index,
      to: to.table.index,
      columns: [from.column],
      referencedColumns: [to.column],
      origin: 'workload',
      evidence: `joined by ${count === 1 ? 'one query' : `${count} queries`} of the workload (${calls.toLocaleString('en-US')} ${calls === 1 ? 'call' : 'calls'})`,
      confidence: 0.9,
      notNull: column !== undefined && isNeverNull(from.table, column),
      isFunctional: identifies(to),
      naming: namingOf(from.table, [from.column], to.table, [to.column]),
    };
  });
}

interface Side {
  readonly table: DesignTable;
  readonly column: string;
}

function side(tables: DesignTables, key: string, column: string): Side | undefined {
  const index = tables.indexOf.get(key);
  const table = index === undefined ? undefined : tables.list[index];
  const definition = table?.columns.get(column);
  // Only values that can identify something make a relation; a join on dates or flags does not.
  if (table === undefined || definition === undefined) return undefined;
  return ['number', 'text', 'uuid'].includes(typeFamily(definition.type)) ? { table, column } : undefined;
}

function identifies({ table, column }: Side): boolean {
  return table.primaryKey.join() === column || ownIdentifier(table) === column;
}

function pairKey(from: number, column: string, to: number, referenced: string): string {
  return `${from}.${column}=${to}.${referenced}`;
}
