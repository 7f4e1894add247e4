import type { Column, TableStatistics } from '@shardwright/catalog';
import type { Edge } from '../relations/edge.ts';
import { nameWords } from '../relations/names.ts';
import type { DesignTable } from './design-table.ts';
import { personWords, tenantWords } from './owner-words.ts';

/** How big and how busy a table is, measured or estimated from its structure. */
export interface Size {
  readonly rows: number;
  readonly bytes: number;
  /** Bytes as the costs count them: as designed for, and never so small that a table's relations stop mattering. */
  readonly weight: number;
  /** Bytes written per pass over the data. */
  readonly written: number;
  readonly measured: boolean;
  /** A small, stable table that others look values up in. */
  readonly isLookup: boolean;
}

const lookupNames =
  /(^|_)(type|status|state|country|currency|language|locale|timezone|region|nation|role|permission|category|kind|level|unit|gender|color|colour|priority|severity|frequency|scope|feature|plan|dictionary|lookup|enum|demographic|holiday|reason|mode|band|continent|province|culture)$|(^|_)(ref|lkp|lookup|dim|cv)_|_dim$/;
const eventNames =
  /(^|_)(event|log|history|audit|click|impression|view|visit|hit|request|metric|measurement|sample|reading|message|notification|transaction|payment|trade|tick|activity|session|entry|line|item|detail|vote|comment|post|lineitem|tweet|result|download|archive|version|job|task|order|sale|return|trace|span|observation|email|delivery|attempt|queue)$/;
/** Whoever has users or customers has more of them than a lookup table has rows. */
const ownerNames = new Set([...tenantWords, ...personWords]);
const infrastructureNames =
  /^(schema_migrations?|schema_version|ar_internal_metadata|flyway_schema_history|databasechangelog(lock)?|alembic_version|spatial_ref_sys|goose_db_version|knex_migrations(_lock)?|_prisma_migrations|django_migrations|__diesel_schema_migrations|migrations?|doctrine_migration_versions|__efmigrationshistory|sequelizemeta|schema_info|pgmigrations)$/i;

/**
 * The size a database is designed for: nobody distributes for today's megabytes. What is smaller is weighed as if it
 * had grown to this; lookup tables do not grow with it.
 */
const designedBytes = 100 * 1024 ** 3;

/** Fewer rows in a mostly empty schema are examples, not a measurement. */
const fewestTellingRows = 1_000;

/** Bookkeeping of a migration tool or an extension: nothing joins with it. */
export function isInfrastructure(table: DesignTable): boolean {
  return infrastructureNames.test(table.table.name);
}

/** Sizes of all tables; measured where data was seen, else estimated from structure. */
export function tableSizes(tables: readonly DesignTable[], edges: readonly Edge[]): Size[] {
  const outgoing = group(edges, tables.length, (edge) => edge.from);
  const incoming = group(edges, tables.length, (edge) => edge.to);
  const withData = tables.filter((table) => table.statistics !== undefined).length;
  // A dump with data says of a table without a data section that it is empty; a few INSERTs in a schema do not,
  // and neither do they tell how large their own tables are.
  const absentMeansEmpty = withData * 2 > tables.length;
  const measured = (table: DesignTable): TableStatistics | undefined =>
    absentMeansEmpty || (table.statistics?.rows ?? 0) >= fewestTellingRows ? table.statistics : undefined;
  const oneToOne = new Set(
    edges
      .filter((edge) => edge.columns.join() === tables[edge.from]?.primaryKey.join())
      .map((edge) => edge.to),
  );
  const lookups = tables.map(
    (table) =>
      !oneToOne.has(table.index) && isLookup(table, outgoing[table.index] ?? [], incoming[table.index] ?? []),
  );
  const estimated = estimateRows(tables, outgoing, lookups, measured);
  const bytes = tables.map((table) => {
    const statistics = measured(table);
    if (statistics !== undefined) return statistics.bytes;
    return absentMeansEmpty ? 0 : (estimated[table.index] ?? 0) * rowBytes(table);
  });
  const grows = (table: DesignTable): boolean => lookups[table.index] !== true && !isInfrastructure(table);
  const growing = tables.reduce((total, table) => total + (grows(table) ? (bytes[table.index] ?? 0) : 0), 0);
  const hasGrown = tables.some((table) => grows(table) && (table.statistics?.rows ?? 0) >= fewestTellingRows);
  const growth = absentMeansEmpty && hasGrown ? Math.max(1, designedBytes / growing) : 1;
  const floor = Math.max(8_192, Math.max(0, ...bytes) * growth * 1e-4);
  return tables.map((table) => {
    const statistics = measured(table);
    const rows = statistics?.rows ?? (absentMeansEmpty ? 0 : (estimated[table.index] ?? 0));
    const own = bytes[table.index] ?? 0;
    const lookup = lookups[table.index] === true && (statistics === undefined || statistics.rows < 100_000);
    // The floor keeps an empty table's relations in view; a lookup table is as small as it is.
    const weight = grows(table) ? Math.max(own * growth, floor) : Math.max(own, 8_192);
    return {
      rows,
      bytes: own,
      weight,
      written: writtenBytes(table, weight, lookup),
      measured: statistics !== undefined,
      isLookup: lookup,
    };
  });
}

function writtenBytes(table: DesignTable, weight: number, lookup: boolean): number {
  const writes = table.statistics?.writes;
  const rows = table.statistics?.rows ?? 0;
  if (writes !== undefined && rows > 0)
    return weight * Math.min(10, (writes.inserts + writes.updates + writes.deletes) / rows);
  if (lookup) return weight * 0.01;
  if (isEvent(table)) return weight;
  return weight * (hasTimes(table) ? 0.3 : 0.1);
}

function isEvent(table: DesignTable): boolean {
  if (table.table.partitionKey?.strategy === 'range') return true;
  const words = nameWords(table.table.name);
  return eventNames.test(table.rowName) || words.some((word) => word === 'history' || word === 'log');
}

function isLookup(table: DesignTable, outgoing: readonly Edge[], incoming: readonly Edge[]): boolean {
  if (table.table.partitionKey !== undefined) return false;
  const key = table.primaryKey.length === 1 ? table.columns.get(table.primaryKey[0] ?? '') : undefined;
  const columns = table.columns.size;
  const row = table.rowName;
  if (ownerNames.has(row.slice(row.lastIndexOf('_') + 1))) return false;
  const named = lookupNames.test(row);
  if (eventNames.test(table.rowName) && !named) return false;
  const referencing = new Set(incoming.map((edge) => edge.from)).size;
  const owned = outgoing.some((edge) => edge.to !== table.index && edge.confidence > 0.7);
  if (named && columns <= 8 && !owned) return true;
  if (named && columns <= 5 && referencing > 0 && incoming.length >= outgoing.length) return true;
  if (key !== undefined && (key.type.name === 'int2' || key.type.name === 'bpchar') && referencing > 0)
    return true;
  return referencing > 0 && !owned && columns <= 3 && !hasTimes(table);
}

function hasTimes(table: DesignTable): boolean {
  return [...table.columns.values()].some((column) => isTime(column));
}

/** Whether a column holds a point in time. */
export function isTime(column: Column): boolean {
  return ['timestamp', 'timestamptz', 'date', 'time', 'timetz'].includes(column.type.name);
}

/**
 * Rows by place in the relation graph: a child table has a few rows per parent row, an event table many.
 * The figures only rank tables against each other; reports call them estimates.
 */
function estimateRows(
  tables: readonly DesignTable[],
  outgoing: readonly (readonly Edge[])[],
  lookups: readonly boolean[],
  measured: (table: DesignTable) => TableStatistics | undefined,
): number[] {
  const rows: (number | undefined)[] = tables.map(() => undefined);
  const visiting = new Set<number>();
  const visit = (index: number): number => {
    const known = rows[index];
    if (known !== undefined) return known;
    const table = tables[index];
    if (table === undefined) return 0;
    const statistics = measured(table);
    if (statistics !== undefined) return Math.max(1, statistics.rows);
    if (lookups[index] === true) {
      rows[index] = 200;
      return 200;
    }
    visiting.add(index);
    let parents = 0;
    let parentCount = 0;
    for (const edge of outgoing[index] ?? []) {
      if (
        visiting.has(edge.to) ||
        lookups[edge.to] === true ||
        edge.naming === 'role' ||
        edge.confidence < 0.7
      )
        continue;
      parents = Math.max(parents, visit(edge.to));
      parentCount++;
    }
    visiting.delete(index);
    const isLink = parentCount >= 2 && table.columns.size <= parentCount + 3;
    const fanOut = isEvent(table) || hasOwnTime(table) ? 10 : isLink ? 3 : 4;
    const estimate = parents === 0 ? (isEvent(table) ? 2e6 : 1e5) : Math.min(2e7, parents * fanOut);
    rows[index] = estimate;
    return estimate;
  };
  return tables.map((table) => visit(table.index));
}

/** A time of its own, not the bookkeeping columns that frameworks add to every table. */
function hasOwnTime(table: DesignTable): boolean {
  return [...table.columns.values()].some(
    (column) =>
      isTime(column) &&
      !/^(created|updated|deleted|modified|inserted)_?(at|on|date|time)?$/i.test(column.name),
  );
}

const widths: Readonly<Record<string, number>> = {
  bool: 1,
  int2: 2,
  int4: 4,
  int8: 8,
  float4: 4,
  float8: 8,
  uuid: 16,
  timestamp: 8,
  timestamptz: 8,
  date: 4,
  numeric: 8,
  inet: 10,
  json: 400,
  jsonb: 400,
  bytea: 400,
  xml: 800,
  text: 60,
  varchar: 24,
  bpchar: 16,
};

function rowBytes(table: DesignTable): number {
  let bytes = 28;
  for (const column of table.columns.values()) {
    const width = widths[column.type.name] ?? 16;
    bytes += column.type.arrayDimensions > 0 ? width * 4 : width;
  }
  return bytes;
}

function group(edges: readonly Edge[], count: number, by: (edge: Edge) => number): Edge[][] {
  const groups: Edge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) groups[by(edge)]?.push(edge);
  return groups;
}
