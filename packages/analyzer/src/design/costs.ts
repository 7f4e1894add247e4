import { formatShare } from '@shardwright/core';
import { type Edge, isNeverNull } from '../relations/edge.ts';
import type { CostPart, KeyOption, Option, OptionCost } from './candidate-key.ts';
import type { DesignTable } from './design-table.ts';
import type { Domains } from './domains.ts';
import { isInfrastructure, type Size } from './size.ts';
import type { Tenancy } from './tenancy.ts';

/** What costs are computed from. */
export interface CostInput {
  readonly tables: readonly DesignTable[];
  readonly sizes: readonly Size[];
  readonly edges: readonly Edge[];
  /** Tables with a relation to another table. */
  readonly related: ReadonlySet<number>;
  readonly domains: Domains;
  readonly tenancy: Tenancy;
  /** Sum of all tables' weights. */
  readonly totalWeight: number;
  readonly nodes: number;
  readonly shards: number;
  /** 1 when only structure is known; less when a workload tells which lookups and joins really happen. */
  readonly structureWeight: number;
}

/** What the objective counts, in words. */
export const currency =
  'megabytes that cross the network, or that one node must serve alone, in one pass over the data';

/** Shares of a table's bytes that one unit of each drawback costs; docs/analyze.md explains them. */
export const rates = {
  /** Megabytes per distributed table: shards, plans and connections for a table of any size. */
  overheadMegabytes: 0.1,
  /** A scan that all shards must answer though its caller knew a value. */
  fanOut: 1,
  /** The weight of lookups by a row's own key next to those by the entities it belongs to. */
  ownLookups: 0.1,
  /** Queries that join a table with the rest of the schema on what no relation tells, in shares of a mean table. */
  isolation: 0.3,
  oneNode: 1.5,
  /** Writes that more nodes make no faster: all of one node's load, and a commit that waits for every node. */
  unscaledWrites: 2,
  backfill: 0.25,
  backfillPerHop: 0.05,
  nullableKey: 0.05,
  /** The same where a schema declares NOT NULL as a rule: there a nullable column means rows without a value. */
  optionalKey: 0.2,
  /** A key that names a role (`updated_by`): rows are rarely looked up by it. */
  roleKey: 0.3,
  uniquePrimaryKey: 0.01,
  uniqueNaturalKey: 0.25,
  /** A two-byte key has at most 65,536 values, and usually a handful. */
  smallIntegerKey: 0.4,
  uniqueOther: 0.08,
  foreignKeyLost: 0.5,
} as const;

const megabyte = 1_048_576;

/** The own costs of every option of a table. */
export function optionCosts(table: DesignTable, options: readonly Option[], input: CostInput): OptionCost[] {
  return options.map((option) => {
    const parts =
      option.kind === 'distributed'
        ? distributedParts(table, option.key, input)
        : option.kind === 'reference'
          ? referenceParts(table, input)
          : option.kind === 'local'
            ? localParts(table, input)
            : [];
    return { option, parts, cost: parts.reduce((total, part) => total + part.cost, 0) };
  });
}

function meanWeight(input: CostInput): number {
  return input.totalWeight / Math.max(1, input.tables.length);
}

type Part = OptionCost['parts'][number];

function part(what: CostPart, bytes: number, note?: string): Part {
  return { what, cost: bytes / megabyte, ...(note === undefined ? {} : { note }) };
}

function referenceParts(table: DesignTable, input: CostInput): Part[] {
  const size = input.sizes[table.index];
  if (size === undefined) return [];
  // Every node makes every write: what is written all the time grows no further than one node would let it.
  const unscaled = Math.min(1, size.written / size.weight) * rates.unscaledWrites;
  const parts = [
    part('copies', size.weight * (input.nodes - 1)),
    part('writes', size.written * (input.nodes + unscaled)),
  ];
  // Rows that belong to one tenant grow with the tenants: no node should hold everybody's.
  let belonging = 0;
  for (const way of input.tenancy.reach[table.index]?.values() ?? [])
    if (way.hops === 0)
      belonging = Math.max(belonging, way.strength * (input.tenancy.weight[way.domain] ?? 0) - 0.3);
  if (belonging > 0 && !size.isLookup) parts.push(part('tenant-rows', size.weight * belonging * input.nodes));
  return parts;
}

function localParts(table: DesignTable, input: CostInput): Part[] {
  const size = input.sizes[table.index];
  if (size === undefined) return [];
  if (table.localBecause !== undefined || isInfrastructure(table)) return [];
  const parts = [part('one-node', size.weight * rates.oneNode)];
  if (input.related.has(table.index)) parts.push(part('isolation', meanWeight(input) * rates.isolation));
  return parts;
}

function distributedParts(table: DesignTable, key: KeyOption, input: CostInput): Part[] {
  const size = input.sizes[table.index];
  if (size === undefined) return [];
  const parts: Part[] = [{ what: 'overhead', cost: rates.overheadMegabytes }];
  const fanOut = fanOutShare(table, key, input) * rates.fanOut * input.structureWeight;
  if (fanOut > 0) parts.push(part('fan-out', size.weight * fanOut));
  const spanned = key.domain < 0 ? 0 : (input.tenancy.byteCoverage[key.domain] ?? 0);
  parts.push(part('isolation', meanWeight(input) * rates.isolation * (1 - spanned)));
  parts.push(...keyParts(table, key, size, input), ...spreadParts(table, key, size, input));
  return parts;
}

/** How much of the lookups by a known entity still have to ask every shard. */
function fanOutShare(table: DesignTable, key: KeyOption, input: CostInput): number {
  // Somebody always asks for a row by its own key.
  let known: number = rates.ownLookups;
  let unanswered = table.primaryKey.length > 0 && !table.primaryKey.includes(key.column) ? known : 0;
  for (const way of input.tenancy.reach[table.index]?.values() ?? []) {
    const weight = way.strength * (input.tenancy.weight[way.domain] ?? 0);
    known += weight;
    if (way.domain === key.domain) continue;
    const root = input.domains.list[way.domain]?.root;
    // Whoever knows the entity knows what the entity's own row leads to.
    const leadsTo =
      root === undefined ? 0 : (input.tenancy.reach[root.table]?.get(key.domain)?.strength ?? 0);
    unanswered += weight * (1 - leadsTo);
  }
  return unanswered / Math.max(1, known);
}

function keyParts(table: DesignTable, key: KeyOption, size: Size, input: CostInput): Part[] {
  const parts: Part[] = [];
  if (key.added) {
    const hops = key.path.length - 1;
    // A backfill happens once: beside queries that recur it counts for as little as structure does.
    const once = input.structureWeight * (rates.backfill + hops * rates.backfillPerHop);
    parts.push(part('backfill', size.weight * once));
    if (key.path.some((edge) => !edge.notNull)) parts.push(part('nullable', size.weight * rates.nullableKey));
  } else {
    const column = table.columns.get(key.column);
    const nullShare = table.statistics?.columns[key.column]?.nullShare ?? 0;
    // Citus refuses rows without a key, so NULLs in the data are rows that cannot be loaded.
    if (nullShare > 0) parts.push(part('nullable', size.weight * (1 + nullShare), formatShare(nullShare)));
    else if (column !== undefined && !isNeverNull(table, column))
      parts.push(part('nullable', size.weight * nullableRate(table, input)));
    if (key.strength < 0.6) parts.push(part('preference', size.weight * rates.roleKey));
  }
  const weakened = table.uniques.filter((unique) => !unique.includes(key.column)).length;
  const primary = table.primaryKey.length > 0 && !table.primaryKey.includes(key.column);
  // A number of its own stays unique by its sequence; a key made of meanings does not.
  const primaryRate = table.primaryKey.length > 1 ? rates.uniqueNaturalKey : rates.uniquePrimaryKey;
  const uniqueness = (primary ? primaryRate : 0) + Math.min(3, weakened) * rates.uniqueOther;
  if (uniqueness > 0) parts.push(part('uniqueness', size.weight * uniqueness, String(weakened)));
  const source = key.source ?? { table: table.index, column: key.column };
  const sourceTable = input.tables[source.table];
  const isMeasured = sourceTable?.statistics?.columns[source.column] !== undefined;
  if (!isMeasured && sourceTable?.columns.get(source.column)?.type.name === 'int2')
    parts.push(part('few-values', size.weight * rates.smallIntegerKey));
  const own = input.domains.list[key.domain]?.root;
  if (own?.table === table.index && input.sizes[table.index]?.isLookup === true)
    parts.push(part('few-values', size.weight));
  return parts;
}

/** What a nullable key costs: the NULLs that were not seen, as far as the schema's habits tell. */
function nullableRate(table: DesignTable, input: CostInput): number {
  if (table.statistics !== undefined) return rates.nullableKey;
  const declared = input.edges.filter((edge) => edge.notNull).length;
  return declared * 4 > input.edges.length ? rates.optionalKey : rates.nullableKey;
}

function spreadParts(table: DesignTable, key: KeyOption, size: Size, input: CostInput): Part[] {
  const source = key.added ? key.source : { table: table.index, column: key.column };
  if (source === undefined) return [];
  const statistics = input.tables[source.table]?.statistics;
  const measured = statistics?.columns[source.column];
  if (measured === undefined || statistics === undefined || statistics.rows < 100) return [];
  const parts: Part[] = [];
  const hottest = measured.heavyHitters[0]?.share ?? 0;
  // The hottest value's node holds that share and its part of the rest; an even node would hold 1/nodes.
  const largestNode = hottest + (1 - hottest) / input.nodes;
  const surplus = key.added ? 0 : largestNode * input.nodes - 1;
  if (surplus > 0.1) parts.push(part('skew', size.weight * surplus, formatShare(hottest)));
  if (measured.distinct < input.shards) {
    const missing = 1 - measured.distinct / input.shards;
    const severity = measured.distinct < input.nodes * 2 ? rates.oneNode * 2 : missing * 0.5;
    parts.push(part('few-values', size.weight * severity, String(Math.round(measured.distinct))));
  }
  return parts;
}
