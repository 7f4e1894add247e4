import { displayName, plural, type QualifiedName, UsageError } from '@shardwright/core';
import type { AnalyzeOptions } from '../options.ts';
import { nearestNames } from '../relations/names.ts';
import type { DesignTable, DesignTables } from './design-table.ts';
import type { Domains } from './domains.ts';

/** A decision that the user made. */
export type Override =
  | {
      readonly kind: 'distributed';
      readonly table: DesignTable;
      readonly column: string;
      readonly method: 'hash' | 'range';
    }
  | { readonly kind: 'reference' | 'local' | 'single-shard'; readonly table: DesignTable };

/** Looks up what the user named; anything unknown or contradictory is a usage error that says what is near. */
export function resolveOverrides(tables: DesignTables, options: AnalyzeOptions): Override[] {
  const overrides: Override[] = [];
  for (const [method, list] of [
    ['hash', options.distribute ?? []],
    ['range', options.range ?? []],
  ] as const)
    for (const { table: name, column } of list) {
      const table = findTable(tables, name);
      overrides.push({ kind: 'distributed', table, column: columnWritten(table, column.trim()), method });
    }
  for (const name of options.reference ?? [])
    overrides.push({ kind: 'reference', table: findTable(tables, name) });
  for (const name of options.local ?? []) overrides.push({ kind: 'local', table: findTable(tables, name) });
  for (const name of options.singleShard ?? []) {
    for (const table of findTables(tables, name)) overrides.push({ kind: 'single-shard', table });
  }
  const seen = new Map<number, Override>();
  for (const override of overrides) {
    const other = seen.get(override.table.index);
    if (other !== undefined && words(other) === words(override)) continue;
    if (other !== undefined)
      throw new UsageError(
        `${displayName(override.table.table)} is given two decisions: ${words(other)} and ${words(override)}.`,
        { hint: 'Name each table once, with one decision.' },
      );
    seen.set(override.table.index, override);
  }
  const decided = [...seen.values()];
  for (const override of decided) check(override);
  return decided;
}

/** A decision as the user would write it. */
export function words(override: Override): string {
  if (override.kind !== 'distributed') return override.kind;
  return override.method === 'range' ? `range by ${override.column}` : `distributed by ${override.column}`;
}

function check(override: Override): void {
  const { table } = override;
  const name = displayName(table.table);
  if (table.localBecause !== undefined && override.kind !== 'local')
    throw new UsageError(`${name} cannot be ${override.kind}: ${table.localBecause}.`, {
      hint: 'Leave it out, or name it under --local.',
    });
  if (override.kind === 'reference' && table.table.partitionKey !== undefined)
    throw new UsageError(
      `${name} cannot be a reference table: Citus does not replicate partitioned tables.`,
      {
        hint: 'Distribute it, or keep it local.',
      },
    );
}

/** The table of that name, or with `schema.*` all that could be moved of a schema. */
function findTables(tables: DesignTables, name: string): readonly DesignTable[] {
  if (!name.endsWith('.*')) return [findTable(tables, name)];
  const [schema = ''] = splitName(name.slice(0, -2));
  const inSchema = (wanted: string): readonly DesignTable[] =>
    tables.list.filter(({ table, localBecause }) => table.schema === wanted && localBecause === undefined);
  const found = inSchema(schema);
  const all = found.length > 0 || name.includes('"') ? found : inSchema(schema.toLowerCase());
  if (all.length > 0) return all;
  const near = nearestNames(schema, [...new Set(tables.list.map(({ table }) => table.schema))]);
  throw new UsageError(`There is no schema ${schema} with tables in this input.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Check the spelling.',
  });
}

/** The table of that name; partitions are decided with the table they are part of. */
function findTable(tables: DesignTables, name: string): DesignTable {
  const written = splitName(name);
  const isKnown = tables.list.some(({ table }) => isNamed(table, written));
  const parts = isKnown ? written : folded(name, written);
  const matches = tables.list.filter(({ table }) => isNamed(table, parts));
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match;
  if (match !== undefined) {
    const inPublic = matches.find(({ table }) => table.schema === 'public');
    if (inPublic !== undefined) return inPublic;
    throw new UsageError(
      `${name} names ${matches.length} tables: ${matches.map(({ table }) => displayName(table)).join(', ')}.`,
      { hint: 'Say which one with its schema.' },
    );
  }
  const partition = tables.list.find(({ partitions }) => partitions.some((table) => isNamed(table, parts)));
  if (partition !== undefined)
    throw new UsageError(`${name} is a partition of ${displayName(partition.table)}.`, {
      hint: `Decide about ${displayName(partition.table)}; its partitions follow.`,
    });
  const near = nearestNames(
    parts.join('.'),
    tables.list.map(({ table }) => displayName(table)),
  );
  throw new UsageError(`There is no table ${name} in this input.`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : `It has ${plural(tables.list.length, 'table')}; check the spelling and the schema.`,
  });
}

/** The column that is meant: quotes taken off, else in lower case where only that exists. It may be one to be added. */
function columnWritten({ columns }: DesignTable, text: string): string {
  if (/^".+"$/s.test(text)) return text.slice(1, -1).replaceAll('""', '"');
  const lower = text.toLowerCase();
  return !columns.has(text) && columns.has(lower) ? lower : text;
}

/** The column of that name, or a usage error with the nearest ones. */
export function findColumn(table: DesignTable, column: string): string {
  if (table.columns.has(column)) return column;
  const near = nearestNames(column, [...table.columns.keys()]);
  throw new UsageError(`${displayName(table.table)} has no column ${column}.`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : `Its columns are ${[...table.columns.keys()].join(', ')}.`,
  });
}

function splitName(name: string): string[] {
  const parts = [...name.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? '',
  );
  return parts.slice(-2);
}

/** Names without quotes in lower case, as PostgreSQL reads them. */
function folded(name: string, parts: readonly string[]): readonly string[] {
  return name.includes('"') ? parts : parts.map((part) => part.toLowerCase());
}

function isNamed(table: QualifiedName, parts: readonly string[]): boolean {
  const [first, second] = parts;
  if (second === undefined) return table.name === first;
  return table.schema === first && table.name === second;
}

/** The domain that `--tenant` names: a column, a table, or a table's column. */
export function findTenantDomain(tenant: string, tables: DesignTables, domains: Domains): number {
  const parts = splitName(tenant);
  const [first = '', second] = parts;
  if (second !== undefined) {
    const asColumn = tables.list.find(({ table }) => table.name === first);
    if (asColumn?.columns.has(second) === true) return domainOf(asColumn, second, domains, tenant);
  }
  const table = tables.list.find((candidate) => isNamed(candidate.table, parts));
  if (table !== undefined) {
    const key = table.primaryKey.length === 1 ? table.primaryKey[0] : undefined;
    const rooted = domains.list.find((domain) => domain.root?.table === table.index);
    if (rooted !== undefined) return rooted.id;
    if (key !== undefined) return domainOf(table, key, domains, tenant);
  }
  const counts = new Map<number, number>();
  for (const candidate of tables.list) {
    if (second !== undefined || !candidate.columns.has(first)) continue;
    const domain = domains.of(candidate.index, first);
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best !== undefined) return best[0];
  const lower = tenant.toLowerCase();
  if (lower !== tenant && !tenant.includes('"')) return findTenantDomain(lower, tables, domains);
  const holder = tables.list.find(({ columns }) => second === undefined && columns.has(first));
  if (holder !== undefined)
    throw new UsageError(
      `--tenant ${tenant}: no relation connects tables by ${first}, so it cannot be the key that they share.`,
      {
        hint: `Name a column that several tables have, or use --distribute ${displayName(holder.table)}=${first} for that table alone.`,
      },
    );
  const names = new Set(tables.list.flatMap(({ table: { name }, columns }) => [name, ...columns.keys()]));
  const near = nearestNames(first, [...names]);
  throw new UsageError(`--tenant ${tenant} names no key column and no table with a single-column key.`, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : 'Give a column (company_id), a table (companies), or both (companies.id).',
  });
}

function domainOf(table: DesignTable, column: string, domains: Domains, tenant: string): number {
  const domain = domains.of(table.index, column);
  if (domain !== undefined) return domain;
  throw new UsageError(
    `--tenant ${tenant}: no other table relates to ${displayName(table.table)}.${column}.`,
    {
      hint: `Use --distribute ${displayName(table.table)}=${column} to distribute that table alone.`,
    },
  );
}
