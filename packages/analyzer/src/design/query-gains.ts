import type { QueryFacts } from '../relations/query-facts.ts';
import type { Option } from './candidate-key.ts';
import type { CostInput } from './costs.ts';
import type { DesignTables } from './design-table.ts';
import type { GainGroup, GainTerm } from './program.ts';

/**
 * Costs of running a query in each way, as shares of moving its part of a pass over the network. They rank the ways
 * as Citus' planner does: one shard, then every shard for its own rows, then rows moved between nodes.
 */
export const classCosts = {
  oneShard: 0.02,
  /** One shard, once the application also names the tenant it knows. */
  oneShardAfterPredicate: 0.15,
  everyShard: 0.4,
  /** One node alone, without any shards: cheap for a row that is asked for by value, not for a scan. */
  oneNodeLookup: 0.1,
  oneNodeScan: 0.4,
  /** A change of a reference table: every node takes it, in one two-phase commit. */
  everyCopy: 0.6,
  /** A part computed first and sent to all nodes. */
  subplans: 0.7,
  moved: 1,
  /** Citus refuses: somebody has to rewrite the query. */
  unsupported: 1.5,
} as const;

/** A domain this consistent is a tenant: the application knows its value in every request. */
export const tenantConsistency = 0.8;

/** The workload's part of the objective: every query at its dearest, and what choices of keys spare of it. */
export function queryGains(
  queries: readonly QueryFacts[],
  designTables: DesignTables,
  options: readonly (readonly Option[])[],
  input: Pick<CostInput, 'totalWeight' | 'tenancy'>,
): { readonly constant: number; readonly groups: readonly GainGroup[] } {
  const volume = passVolume(input.totalWeight);
  let constant = 0;
  const merged = new Map<string, { group: GainGroup; factor: number }>();
  for (const query of queries) {
    const tables = [...new Set(query.tables.flatMap((key) => designTables.indexOf.get(key) ?? []))];
    if (tables.length === 0) continue;
    const worth = query.share * volume;
    constant += worth * classCosts.moved;
    const terms = queryTerms(query, tables, designTables, options, input);
    // Queries that ask the same of the design become one.
    const key = JSON.stringify(terms);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { group: { terms, exclusive: true }, factor: worth });
    else known.factor += worth;
  }
  const groups = [...merged.values()].map(({ group, factor }) => ({
    exclusive: true,
    terms: group.terms.map((term) => ({ ...term, gain: term.gain * factor })),
  }));
  return { constant, groups };
}

/** Megabytes of one pass over the data, joins included: what the workload's shares are shares of. */
export function passVolume(totalWeight: number): number {
  return (2 * totalWeight) / 1_048_576;
}

function queryTerms(
  query: QueryFacts,
  tables: readonly number[],
  designTables: DesignTables,
  options: readonly (readonly Option[])[],
  input: Pick<CostInput, 'tenancy'>,
): GainTerm[] {
  const changed = query.changes === undefined ? undefined : designTables.indexOf.get(query.changes);
  const everywhere = (table: number): number[] =>
    table === changed ? [] : positions(options[table], (option) => option.kind === 'reference');
  const terms: GainTerm[] = [];
  const add = (cost: number, accepts: (table: number) => readonly number[]): void => {
    const members = tables.map((table) => ({ table, options: accepts(table) }));
    if (members.every((member) => member.options.length > 0))
      terms.push({ gain: classCosts.moved - cost, members });
  };
  for (const { columns, isBound } of columnClasses(query, designTables)) {
    add(isBound ? classCosts.oneShard : classCosts.everyShard, (table) => [
      ...positions(
        options[table],
        (option) =>
          option.kind === 'distributed' && !option.key.added && columns.has(`${table}.${option.key.column}`),
      ),
      ...everywhere(table),
    ]);
  }
  for (const domain of sharedDomains(tables, options)) {
    const consistency = input.tenancy.consistency[domain] ?? 0;
    if (consistency < tenantConsistency) continue;
    add(classCosts.oneShardAfterPredicate, (table) => [
      ...positions(options[table], (option) => option.kind === 'distributed' && option.key.domain === domain),
      ...everywhere(table),
    ]);
  }
  const [only] = tables;
  if (tables.length === 1 && only !== undefined)
    add(classCosts.everyShard, (table) =>
      positions(options[table], (option) => option.kind === 'distributed'),
    );
  add(query.filters.length > 0 ? classCosts.oneNodeLookup : classCosts.oneNodeScan, (table) => [
    ...positions(options[table], (option) => option.kind === 'local' || option.kind === 'single-shard'),
    ...everywhere(table),
  ]);
  if (changed !== undefined)
    add(classCosts.everyCopy, (table) =>
      positions(
        options[table],
        (option) => option.kind === 'reference' || (option.kind === 'local' && table !== changed),
      ),
    );
  return terms;
}

/** Columns that a query's joins make equal, and whether one of them is given. */
function columnClasses(
  query: QueryFacts,
  designTables: DesignTables,
): { readonly columns: ReadonlySet<string>; readonly isBound: boolean }[] {
  const parent = new Map<string, string>();
  const find = (name: string): string => {
    let root = name;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    return root;
  };
  const name = (table: string, column: string): string =>
    `${designTables.indexOf.get(table) ?? -1}.${column}`;
  const touch = (key: string): void => {
    if (!parent.has(key)) parent.set(key, key);
  };
  for (const { left, right } of query.joins) {
    const a = name(left.table, left.column);
    const b = name(right.table, right.column);
    touch(a);
    touch(b);
    parent.set(find(a), find(b));
  }
  const bound = new Set<string>();
  for (const { table, column } of query.filters) {
    const key = name(table, column);
    touch(key);
    bound.add(key);
  }
  const classes = new Map<string, { columns: Set<string>; isBound: boolean }>();
  for (const key of parent.keys()) {
    const root = find(key);
    const entry = classes.get(root) ?? { columns: new Set<string>(), isBound: false };
    entry.columns.add(key);
    entry.isBound ||= bound.has(key);
    classes.set(root, entry);
  }
  return [...classes.values()];
}

function sharedDomains(tables: readonly number[], options: readonly (readonly Option[])[]): number[] {
  const counts = new Map<number, number>();
  for (const table of tables) {
    const domains = new Set(
      (options[table] ?? []).flatMap((option) =>
        option.kind === 'distributed' && option.key.domain >= 0 ? [option.key.domain] : [],
      ),
    );
    for (const domain of domains) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return [...counts.keys()];
}

function positions(list: readonly Option[] | undefined, accepts: (option: Option) => boolean): number[] {
  return (list ?? []).flatMap((option, position) => (accepts(option) ? [position] : []));
}
