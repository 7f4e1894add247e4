import type { RunFile } from './reader.ts';

interface DependencyRow {
  /** The catalog's name and the oid: `pg_type 16390`. */
  readonly object: string;
  readonly needs: string;
  readonly isPart: boolean;
}

/** By `pg_type 16390`: where an object stands in an order in which all can be made. Gaps are of two. */
export type CreationOrder = (catalog: string, oid: number) => number;

/**
 * Reads an order in which everything comes after what it needs, and otherwise in the order in which it was made. Where
 * things need each other, as a base type and its input function do, one of them comes first.
 */
export async function readCreationOrder(run: RunFile): Promise<CreationOrder> {
  const rows = await run<DependencyRow>('dependencies');
  const wholes = new Map(rows.filter(({ isPart }) => isPart).map(({ object, needs }) => [object, needs]));
  const wholeOf = (object: string): string => {
    const seen = new Set<string>();
    let whole = object;
    for (let next = wholes.get(whole); next !== undefined && !seen.has(next); next = wholes.get(whole)) {
      seen.add(whole);
      whole = next;
    }
    return whole;
  };
  const needs = new Map<string, Set<string>>();
  for (const row of rows) {
    const [object, needed] = [wholeOf(row.object), wholeOf(row.needs)];
    if (!needs.has(needed)) needs.set(needed, new Set());
    const all = needs.get(object);
    if (all) all.add(needed);
    else needs.set(object, new Set([needed]));
  }
  const places = new Map<string, number>();
  let last = 0;
  const visit = (object: string): void => {
    if (places.has(object)) return;
    places.set(object, 0);
    for (const needed of inAge(needs.get(object) ?? [])) visit(needed);
    last += 2;
    places.set(object, last);
  };
  for (const object of inAge(needs.keys())) visit(object);
  // What needs nothing and is needed by nothing can come first.
  return (catalog, oid) => places.get(wholeOf(`${catalog} ${oid}`)) ?? 0;
}

function inAge(objects: Iterable<string>): readonly string[] {
  const oid = (object: string): number => Number(object.split(' ')[1]);
  return [...objects].sort((a, b) => oid(a) - oid(b));
}
