import { type Edge, isNeverNull } from '../relations/edge.ts';
import { ownIdentifier } from '../relations/key-columns.ts';
import { nameWords } from '../relations/names.ts';
import type { DesignTable } from './design-table.ts';
import type { Domains } from './domains.ts';
import { personWords, tenantWords } from './owner-words.ts';
import { isInfrastructure, type Size } from './size.ts';

/** One way a table's rows lead to a domain's values: by a column of its own, or over a relation. */
interface Reach {
  readonly domain: number;
  /** 1 for a NOT NULL column named for what it holds; less by every NULL, role name and hop on the way. */
  readonly strength: number;
  /** Hops over relations; 0 for a column of the table itself. */
  readonly hops: number;
  readonly column?: string;
  /** The first hop. */
  readonly edge?: Edge;
}

/** What tables lead to which domains, and how much of the schema each domain spans. */
export interface Tenancy {
  /** By table, best way per domain. */
  readonly reach: readonly ReadonlyMap<number, Reach>[];
  /** By domain: share (0 … 1) of the tables that matter which lead to it, weighted by strength. */
  readonly scope: readonly number[];
  /** By domain: the same, each table counted whole. */
  readonly coverage: readonly number[];
  /** By domain: share (0 … 1) of the bytes in tables that lead to it. */
  readonly byteCoverage: readonly number[];
  /** By domain: how likely queries come with its value at hand (0 … 1.5). */
  readonly weight: readonly number[];
  /** By domain: how sure equal keys go with related rows, where no relation holds the key itself (0 … 1). */
  readonly consistency: readonly number[];
}

const namingStrength = { canonical: 1, neutral: 0.75, role: 0.35 } as const;
const weakestReach = 0.2;
const longestPath = 5;
/** Domains kept per table: more neither help a reader nor the optimiser. */
const widestReach = 16;

/** Follows the relations upwards from every table and measures how far each domain extends. */
export function findTenancy(
  tables: readonly DesignTable[],
  sizes: readonly Size[],
  edges: readonly Edge[],
  domains: Domains,
): Tenancy {
  const isSmallDomain = domains.list.map(
    ({ root }) => root !== undefined && sizes[root.table]?.isLookup === true,
  );
  const isPassedOn = domains.list.map(({ root, columns }) => {
    if (root !== undefined) return true;
    const owners = columns.filter(({ table: index, column }) => {
      const table = tables[index];
      const definition = table?.columns.get(column);
      return table !== undefined && definition !== undefined && isNeverNull(table, definition);
    });
    return new Set(owners.map(({ table }) => table)).size > 1;
  });
  const outgoing: Edge[][] = tables.map(() => []);
  for (const edge of edges) if (edge.to !== edge.from && edge.isFunctional) outgoing[edge.from]?.push(edge);
  // Where nobody bothers to declare NOT NULL its absence says nothing; elsewhere it means the relation is optional.
  const declared = edges.filter((edge) => edge.notNull).length;
  const optionalHop = declared * 4 > edges.length ? 0.6 : 0.9;
  const own = tables.map((table) => ownReach(table, outgoing[table.index] ?? [], domains, isSmallDomain));
  let reach: ReadonlyMap<number, Reach>[] = own;
  for (let hop = 1; hop <= longestPath; hop++) {
    let changed = false;
    const previous = reach;
    reach = tables.map((table) => {
      const known = previous[table.index] ?? new Map<number, Reach>();
      const next = new Map(known);
      for (const edge of outgoing[table.index] ?? []) {
        const step = edgeStrength(edge, optionalHop) * 0.95;
        for (const above of previous[edge.to]?.values() ?? []) {
          const strength = above.strength * step;
          if (above.hops + 1 > longestPath || strength < weakestReach) continue;
          // An identifier of things this database has no table for is a tenant only where several tables demand it.
          if (isPassedOn[above.domain] !== true) continue;
          const current = next.get(above.domain);
          // A column of the table itself is what it is: a longer way never replaces it.
          if (current !== undefined && (current.hops === 0 || current.strength >= strength)) continue;
          next.set(above.domain, { domain: above.domain, strength, hops: above.hops + 1, edge });
          changed = true;
        }
      }
      return next.size > widestReach ? strongest(next) : next;
    });
    if (!changed) break;
  }
  return { reach, ...extents(tables, sizes, edges, domains, reach) };
}

/** How much of a tenant a hop passes on. */
function edgeStrength(edge: Edge, optionalHop: number): number {
  return namingStrength[edge.naming] * edge.confidence * (edge.notNull ? 1 : optionalHop);
}

function ownReach(
  table: DesignTable,
  outgoing: readonly Edge[],
  domains: Domains,
  isSmallDomain: readonly boolean[],
): Map<number, Reach> {
  const reach = new Map<number, Reach>();
  const naming = new Map<string, number>();
  for (const edge of outgoing) {
    for (const column of edge.columns)
      naming.set(column, Math.max(naming.get(column) ?? 0, namingStrength[edge.naming] * edge.confidence));
  }
  for (const column of table.columns.values()) {
    const domain = domains.of(table.index, column.name);
    if (domain === undefined || isSmallDomain[domain] === true) continue;
    const named = naming.get(column.name) ?? 1;
    const strength = named * demand(table, column.name, naming.has(column.name));
    const known = reach.get(domain);
    if (known === undefined || known.strength < strength)
      reach.set(domain, { domain, strength, hops: 0, column: column.name });
  }
  return reach;
}

/** How sure a column is what its rows belong to, by how the table insists on it. */
function demand(table: DesignTable, name: string, isRelated: boolean): number {
  const column = table.columns.get(name);
  const isNull = column === undefined || !isNeverNull(table, column);
  if (isRelated && isNull) return isPerson(table) ? 0.5 : 0.9;
  if (isRelated) return 1;
  // What points at no table of this database is an attribute more than an owner, unless rows are found by it.
  if (table.primaryKey.length === 0) return isNull ? 0.9 : 1;
  const isFound =
    table.primaryKey.includes(name) || table.table.indexes.some((index) => index.keys[0]?.column === name);
  return (isFound ? 1 : 0.6) * (isNull ? 0.6 : 1);
}

/** People come before what they take part in: what they may or may not refer to is a preference, not their owner. */
function isPerson(table: DesignTable): boolean {
  return personWords.has(table.rowName.slice(table.rowName.lastIndexOf('_') + 1));
}

function strongest(reach: ReadonlyMap<number, Reach>): Map<number, Reach> {
  const sorted = [...reach.values()].sort((a, b) => a.hops - b.hops || b.strength - a.strength);
  return new Map(sorted.slice(0, widestReach).map((entry) => [entry.domain, entry]));
}

function extents(
  tables: readonly DesignTable[],
  sizes: readonly Size[],
  edges: readonly Edge[],
  domains: Domains,
  reach: readonly ReadonlyMap<number, Reach>[],
): Omit<Tenancy, 'reach'> {
  const count = domains.list.length;
  const scope = new Array<number>(count).fill(0);
  const bytes = new Array<number>(count).fill(0);
  const reached = new Array<number>(count).fill(0);
  const others = new Array<number>(count).fill(0);
  let relevant = 0;
  let totalBytes = 0;
  for (const table of tables) {
    const size = sizes[table.index];
    if (size === undefined || size.isLookup || isInfrastructure(table) || table.localBecause !== undefined)
      continue;
    relevant++;
    totalBytes += size.weight;
    const own = ownIdentifier(table);
    for (const entry of reach[table.index]?.values() ?? []) {
      reached[entry.domain] = (reached[entry.domain] ?? 0) + 1;
      scope[entry.domain] = (scope[entry.domain] ?? 0) + entry.strength;
      bytes[entry.domain] = (bytes[entry.domain] ?? 0) + size.weight;
      const isSelf =
        entry.column !== undefined && (entry.column === own || table.primaryKey.join() === entry.column);
      if (!isSelf) others[entry.domain] = (others[entry.domain] ?? 0) + 1;
    }
  }
  // One column of a composite key (a district's number within its warehouse) identifies nothing by itself.
  const partial = new Set<number>();
  for (const edge of edges) {
    if (edge.columns.length < 2) continue;
    for (const column of edge.columns) partial.add(domains.of(edge.from, column) ?? -1);
  }
  const priors = domains.list.map((_, id) => namePrior(tables, domains, id));
  // A row's own number is what nobody else knows: only domains that other tables carry count as scopes.
  const scopes = scope.map((value, id) =>
    (others[id] ?? 0) === 0 ? 0 : Math.min(1, value / Math.max(1, relevant)),
  );
  return {
    scope: scopes,
    coverage: reached.map((value) => value / Math.max(1, relevant)),
    byteCoverage: bytes.map((value) => (totalBytes === 0 ? 0 : Math.min(1, value / totalBytes))),
    weight: scopes.map((value, id) => {
      const domain = domains.list[id];
      if (domain?.root === undefined && partial.has(id)) return 0;
      const lone = domain?.root === undefined && domain?.columns.length === 1;
      return value * value * (priors[id] ?? 1) * (lone ? 0.3 : 1);
    }),
    consistency: scopes.map((value, id) => {
      const prior = priors[id] ?? 1;
      const spread = Math.min(1, value / 0.5);
      return prior > 1 ? 0.7 + 0.3 * spread : prior < 1 ? 0.15 + 0.35 * spread : 0.25 + 0.6 * spread;
    }),
  };
}

function namePrior(tables: readonly DesignTable[], domains: Domains, id: number): number {
  const domain = domains.list[id];
  const root = domain?.root === undefined ? undefined : tables[domain.root.table];
  const column = domain?.columns[0]?.column ?? '';
  const words = root === undefined ? nameWords(column) : root.rowName.split('_');
  const last = words.filter((word) => !/^(id|key|uuid|record|guid)$/.test(word)).at(-1) ?? '';
  if (tenantWords.has(last)) return 1.5;
  return personWords.has(last) ? 0.8 : 1;
}
