import { nameKey, type QualifiedName, quoteIdentifier } from '@shardwright/core';
import { groupBy } from '../group-by.ts';
import type { PlanFacts, PlannedLoad } from '../plan/plan-facts.ts';
import { type ComparedColumn, hashForm } from './column.ts';
import type { Relation } from './relations.ts';
import type { RowShape } from './row-queries.ts';
import { type RowSource, selectColumns } from './source-rows.ts';

/** A table with everything that holds rows of it on both sides. */
export interface TablePair extends QualifiedName {
  readonly shape: RowShape;
  readonly source: readonly RowSource[];
  /** What the plan says has no shard, in queries that count. */
  readonly setAside: readonly RowSource[];
  readonly target: readonly Relation[];
  readonly estimatedRows: number;
  readonly bytes: number;
  /** Columns in the order of the shape. */
  readonly columns: readonly string[];
  /** Columns by which an index of the target finds a row, with their places among `columns`; none without a key. */
  readonly lookup: readonly { readonly index: number; readonly name: string; readonly type: string }[];
}

/** A table that cannot be compared. */
export interface UnpairedTable extends QualifiedName {
  readonly reason: string;
}

/** Puts the tables of both sides together: partitions go with the table at their top. */
export function pairTables(
  sides: { readonly source: readonly Relation[]; readonly target: readonly Relation[] },
  plan: PlanFacts | undefined,
  encoding: RowShape['encoding'],
): { readonly pairs: readonly TablePair[]; readonly unpaired: readonly UnpairedTable[] } {
  const targets = groupBy(sides.target, ({ root }) => nameKey(root));
  const sources = groupBy(sides.source, ({ root }) => nameKey(root));
  const loads = new Map(plan?.loads.map((load) => [nameKey(load.source), load]));
  const pairs: TablePair[] = [];
  const unpaired: UnpairedTable[] = [];
  for (const [name, relations] of sources) {
    const root = relations[0]?.root;
    const target = targets.get(name);
    if (root === undefined) continue;
    const { schema, name: plain } = root;
    const refuse = (reason: string) => unpaired.push({ schema, name: plain, reason });
    const isLoaded = relations.every((relation) => loads.has(nameKey(relation)));
    if (target === undefined) {
      if (plan === undefined || isLoaded) refuse('the target has no such table');
      else refuse('the plan leaves it out');
    } else if ([...relations, ...target].some(({ kind }) => kind === 'f')) {
      refuse('its rows lie in another server');
    } else if (plan !== undefined && !isLoaded) {
      refuse('the plan does not say where its rows go');
    } else {
      pairs.push(pairOf({ schema, name: plain }, { source: relations, target }, { loads, encoding }));
    }
  }
  for (const [name, relations] of targets) {
    const root = relations[0]?.root;
    if (root !== undefined && !sources.has(name))
      unpaired.push({ ...root, reason: 'the source has no such table' });
  }
  return { pairs, unpaired };
}

function pairOf(
  { schema, name }: QualifiedName,
  sides: { readonly source: readonly Relation[]; readonly target: readonly Relation[] },
  options: { readonly loads: ReadonlyMap<string, PlannedLoad>; readonly encoding: RowShape['encoding'] },
): TablePair {
  const { source, target } = sides;
  const [first] = source;
  const [firstTarget] = target;
  const load = first && options.loads.get(nameKey(first));
  const known = new Set([
    ...(first?.columns ?? []).map((column) => column.name),
    ...(load?.columns ?? []).map((column) => column.name),
  ]);
  const found = (firstTarget?.columns ?? []).filter((column) => known.has(column.name));
  const columns = found.map((column): ComparedColumn => {
    const isLoaded = load?.columns.some((one) => one.name === column.name) === true;
    const before = first?.columns.find((one) => one.name === column.name);
    return {
      name: column.name,
      // What a plan loads it casts to the type of the target.
      form: hashForm(isLoaded ? undefined : before, column),
      mayBeNull: !(column.notNull && before?.notNull === true),
    };
  });
  const names = columns.map((column) => column.name);
  const key = [first?.key ?? [], firstTarget?.key ?? []].find(
    (list) => list.length > 0 && list.every((one) => names.includes(one)),
  );
  const lookupKey = [firstTarget?.key ?? [], key ?? []].find(
    (list) => list.length > 0 && list.every((one) => names.includes(one)),
  );
  const lookup = (lookupKey ?? []).map((one) => ({
    index: names.indexOf(one),
    name: one,
    type: found.find((column) => column.name === one)?.type ?? 'text',
  }));
  const rowSources = source.map((relation) =>
    rowSource(relation, names, options.loads.get(nameKey(relation))),
  );
  return {
    schema,
    name,
    shape: { columns, key: (key ?? []).map((one) => names.indexOf(one)), encoding: options.encoding },
    source: rowSources,
    setAside: rowSources.flatMap((one) =>
      one.condition === undefined ? [] : [{ ...one, condition: `(${one.condition}) IS NOT TRUE` }],
    ),
    target,
    estimatedRows: source.reduce((sum, one) => sum + one.estimatedRows, 0),
    bytes: source.reduce((sum, one) => sum + one.bytes, 0),
    columns: names,
    lookup,
  };
}

function rowSource(relation: Relation, columns: readonly string[], load: PlannedLoad | undefined): RowSource {
  const { schema, name, bytes, isHeap } = relation;
  if (load === undefined) return { schema, name, bytes, isHeap, select: selectColumns(relation, columns) };
  // Generated columns are not loaded, and are compared with what the source made of them.
  const loaded = new Set(load.columns.map((column) => column.name));
  const generated = columns.filter((column) => !loaded.has(column));
  const given = [...generated, ...load.columns.map((column) => column.name)];
  const list = generated.map((column) => `t.${quoteIdentifier(column)}, `).join('');
  const read = `SELECT ${list}${load.select.slice('SELECT '.length)}`;
  return {
    schema,
    name,
    bytes,
    isHeap,
    select: read,
    order: columns.map((column) => given.indexOf(column)),
    given: given.length,
    ...(load.isPlaced === undefined ? {} : { condition: load.isPlaced }),
  };
}
