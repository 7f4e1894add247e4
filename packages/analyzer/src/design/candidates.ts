import type { Column, Table } from '@shardwright/catalog';
import type { RelationStep } from '../model/analysis.ts';
import type { Edge } from '../relations/edge.ts';
import { colocationType, looksLikeIdentifier, ownIdentifier } from '../relations/key-columns.ts';
import type { KeyOption, Option } from './candidate-key.ts';
import type { DesignTable } from './design-table.ts';
import type { Domains } from './domains.ts';
import { isInfrastructure, isTime, type Size } from './size.ts';
import type { Tenancy } from './tenancy.ts';

/** What the options of every table are made from. */
export interface CandidateInput {
  readonly tables: readonly DesignTable[];
  readonly sizes: readonly Size[];
  readonly edges: readonly Edge[];
  readonly domains: Domains;
  readonly tenancy: Tenancy;
  /** Why a column cannot be a distribution column; empty when it can. */
  readonly obstacles: (table: Table, column: Column) => readonly string[];
  /** Domains whose column may be added wherever a path leads to them, however small they are. */
  readonly wanted: ReadonlySet<number>;
  /** Schemas that go to one node each. */
  readonly tenantSchemas: ReadonlySet<string>;
}

/** Columns to be added per table, beyond which candidates only cost time. */
const mostAdded = 3;
const mostOwn = 8;
const leastScope = 0.2;
const leastWeightWithoutRoot = 0.25;

/** The options of every table, by its index. */
export function findOptions(input: CandidateInput): Option[][] {
  return input.tables.map((table) => {
    if (table.localBecause !== undefined) return [{ kind: 'local' }];
    if (input.tenantSchemas.has(table.table.schema))
      return [{ kind: 'single-shard', schema: table.table.schema }];
    const keys = [...ownKeyOptions(table, input), ...addedKeyOptions(table, input)];
    const options: Option[] = keys.map((key) => ({ kind: 'distributed', key }));
    // Citus replicates no partitioned table.
    if (table.table.partitionKey === undefined) options.push({ kind: 'reference' });
    options.push({ kind: 'local' });
    return options;
  });
}

function ownKeyOptions(table: DesignTable, input: CandidateInput): KeyOption[] {
  if (isInfrastructure(table)) return [];
  const options: KeyOption[] = [];
  for (const column of table.columns.values()) {
    const option = ownKeyOption(table, column, input);
    if (option !== undefined) options.push(option);
  }
  if (options.length === 0) return fallbackKeys(table, input);
  const rank = (option: KeyOption): number =>
    (table.primaryKey.includes(option.column) ? 1 : 0) + (input.tenancy.scope[option.domain] ?? 0) * 2;
  return options.length <= mostOwn ? options : options.sort((a, b) => rank(b) - rank(a)).slice(0, mostOwn);
}

function ownKeyOption(table: DesignTable, column: Column, input: CandidateInput): KeyOption | undefined {
  const domain = input.domains.of(table.index, column.name);
  if (domain === undefined || !canHash(column) || isTime(column)) return undefined;
  const root = input.domains.list[domain]?.root;
  // Keys of lookup tables have too few values to spread anything, whoever carries them.
  if (root !== undefined && root.table !== table.index && input.sizes[root.table]?.isLookup === true)
    return undefined;
  if (input.obstacles(table.table, column).length > 0) return undefined;
  return keyOption(table, column, domain, input.tenancy.reach[table.index]?.get(domain)?.strength ?? 0.9);
}

/** The option to distribute a table by one of its columns, whatever the column is called. */
export function keyOption(table: DesignTable, column: Column, domain: number, strength: number): KeyOption {
  return {
    column: column.name,
    domain,
    group: domain < 0 ? `${table.key}.${column.name}` : `${domain} ${colocationType(column)}`,
    added: false,
    path: [],
    via: [],
    strength,
  };
}

/** A table of which no column relates to anything still has rows to spread. */
function fallbackKeys(table: DesignTable, input: CandidateInput): KeyOption[] {
  const usable = [...table.columns.values()].filter(
    (column) =>
      canHash(column) &&
      !isTime(column) &&
      (looksLikeIdentifier(column) || table.uniques.some((unique) => unique.includes(column.name))) &&
      input.obstacles(table.table, column).length === 0,
  );
  return usable.slice(0, 3).map((column) => keyOption(table, column, -1, 0.9));
}

const unhashable = new Set([
  'bool',
  'float4',
  'float8',
  'json',
  'jsonb',
  'xml',
  'bytea',
  'bit',
  'varbit',
  'money',
]);

function canHash(column: Column): boolean {
  return (
    column.type.arrayDimensions === 0 && !unhashable.has(column.type.name) && column.generated === undefined
  );
}

function addedKeyOptions(table: DesignTable, input: CandidateInput): KeyOption[] {
  if (isInfrastructure(table) || input.sizes[table.index]?.isLookup === true) return [];
  const ways = [...(input.tenancy.reach[table.index]?.values() ?? [])].filter(
    (way) => way.hops > 0 && (input.wanted.has(way.domain) || isWorthAdding(way.domain, input)),
  );
  const rank = (domain: number, strength: number): number =>
    (input.wanted.has(domain) ? 10 : 0) + (input.tenancy.weight[domain] ?? 0) * strength;
  ways.sort((a, b) => rank(b.domain, b.strength) - rank(a.domain, a.strength));
  const options: KeyOption[] = [];
  for (const way of ways) {
    if (options.length >= mostAdded) break;
    const option = addedKeyOption(table, way.domain, input);
    if (option !== undefined) options.push(option);
  }
  return options;
}

/** Whether enough of the schema belongs to a domain; one without a table of its own has to be a tenant in all but name. */
function isWorthAdding(domain: number, input: CandidateInput): boolean {
  if (input.domains.list[domain]?.root === undefined)
    return (input.tenancy.weight[domain] ?? 0) >= leastWeightWithoutRoot;
  return (input.tenancy.scope[domain] ?? 0) >= leastScope;
}

/** The option to add a domain's column to a table and fill it over the strongest path that leads there. */
export function addedKeyOption(
  table: DesignTable,
  domain: number,
  input: CandidateInput,
): KeyOption | undefined {
  const path: Edge[] = [];
  let at = table;
  let way = input.tenancy.reach[at.index]?.get(domain);
  const strength = way?.strength ?? 0;
  while (way?.edge !== undefined && path.length < 8) {
    path.push(way.edge);
    const next = input.tables[way.edge.to];
    if (next === undefined) return undefined;
    at = next;
    way = input.tenancy.reach[at.index]?.get(domain);
  }
  if (way?.column === undefined || path.length === 0) return undefined;
  const source = at.columns.get(way.column);
  if (source === undefined || !canHash(source) || input.obstacles(at.table, source).length > 0)
    return undefined;
  return {
    column: newColumnName(table, at, source.name),
    domain,
    group: `${domain} ${colocationType(source)}`,
    added: true,
    path,
    via: path.map((edge) => relationStep(edge, input.tables)),
    source: { table: at.index, column: source.name },
    strength,
  };
}

function newColumnName(table: DesignTable, at: DesignTable, source: string): string {
  const isOwn = source === ownIdentifier(at) || at.primaryKey.join() === source;
  const plain = /^(id|uuid|key|guid|code|record_id)$/i.test(source);
  const name = isOwn && plain ? `${at.rowName}_${source}` : source;
  if (!table.columns.has(name)) return name;
  for (let suffix = 2; ; suffix++) if (!table.columns.has(`${name}_${suffix}`)) return `${name}_${suffix}`;
}

/** One hop of a path, as the report shows it. */
function relationStep(edge: Edge, tables: readonly DesignTable[]): RelationStep {
  const from = tables[edge.from]?.table;
  const to = tables[edge.to]?.table;
  return {
    from: { schema: from?.schema ?? '', name: from?.name ?? '' },
    columns: edge.columns,
    to: { schema: to?.schema ?? '', name: to?.name ?? '' },
    referencedColumns: edge.referencedColumns,
    ...(edge.constraint === undefined ? {} : { constraint: edge.constraint }),
    notNull: edge.notNull,
  };
}
