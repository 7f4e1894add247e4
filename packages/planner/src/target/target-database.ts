import type { Analysis, Decision, Design } from '@shardwright/analyzer';
import type { Catalog, Column, DataType, Table } from '@shardwright/catalog';
import {
  displayName,
  nameKey,
  type QualifiedName,
  quoteIdentifier,
  quoteQualifiedName,
} from '@shardwright/core';
import { integerArguments } from '../ddl/narrow-calls.ts';
import type { Change, Weakening } from '../model/change.ts';
import type { LeftOut } from '../model/plan.ts';
import { referencedKeys } from './duplicate-risk.ts';
import { targetForeignKeys } from './foreign-keys.ts';
import { type RangeBounds, type RangeShards, rangeShards } from './range-shards.ts';
import { forOlderServers } from './server-differences.ts';
import { withoutSubpartitions } from './subpartitions.ts';
import { withTypes } from './unified-types.ts';
import { type Ledger, targetUniqueness } from './unique-keys.ts';
import { unmanageableTables } from './unmanageable-tables.ts';

/** The tables as they will be on Citus, with what changes on the way. */
export interface TargetDatabase {
  /** Source order; partitions too. */
  readonly tables: readonly TargetTable[];
  readonly changes: readonly Change[];
  readonly weakenings: readonly Weakening[];
  readonly leftOut: readonly LeftOut[];
}

/** A table as it will be: columns, constraints and indexes of the target. */
export interface TargetTable {
  readonly source: Table;
  readonly table: Table;
  readonly decision: Decision;
  /** Set when it is distributed by range. */
  readonly ranges?: RangeBounds;
}

/** Looks up what was decided on a table of the target. */
export function decisionsByName(
  targets: readonly TargetTable[],
): (name: QualifiedName) => Decision | undefined {
  const decisions = new Map(targets.map(({ table, decision }) => [nameKey(table), decision]));
  return (name) => decisions.get(nameKey(name));
}

/** Applies an analysis' decisions to a catalog. */
export function targetDatabase(catalog: Catalog, analysis: Analysis): TargetDatabase {
  const changes: Change[] = [];
  const weakenings: Weakening[] = [];
  const leftOut: LeftOut[] = [];
  const decisions = decisionsOf(catalog, analysis, leftOut);
  const decisionOf = (name: QualifiedName): Decision => decisions.get(nameKey(name)) ?? { kind: 'local' };
  const present = withoutSubpartitions(catalog.tables, decisionOf, changes);
  const withKeys = present
    .map((table) => forOlderServers(table, changes))
    .map((table) => withKeyColumn(table, decisionOf, catalog, { changes, weakenings }));
  const sources = new Map(catalog.tables.map((table) => [nameKey(table), table]));
  const hadColumn = (table: Table, column: string): boolean =>
    sources.get(nameKey(table))?.columns.some(({ name }) => name === column) ?? false;
  const takesInteger = integerArguments(catalog.routines);
  const typed = withTypes(withKeys, { decisionOf, analysis, changes, hadColumn, takesInteger });
  const typedByName = new Map(typed.map((table) => [nameKey(table), table]));
  const referenced = referencedKeys(typed);
  const cannotBeManaged = unmanageableTables(typed, decisionOf);
  const tables = typed.map((table): TargetTable => {
    const decision = decisionOf(table);
    const unique = targetUniqueness(table, decision, { changes, weakenings, decisionOf, referenced });
    const foreignKeys = targetForeignKeys(table, {
      decisionOf,
      tableOf: (name) => typedByName.get(nameKey(name)),
      cannotBeManaged,
      changes,
      weakenings,
    });
    const others = table.constraints.filter(({ kind }) => kind === 'check' || kind === 'not-null');
    const ranges = rangesOf(table, decision, analysis);
    return {
      ...(ranges?.kind === 'cut' ? { ranges: ranges.ranges } : {}),
      source: sources.get(nameKey(table)) ?? table,
      decision,
      table: {
        ...table,
        constraints: [...unique.constraints, ...others, ...foreignKeys],
        indexes: unique.indexes,
      },
    };
  });
  return { tables, changes, weakenings, leftOut };
}

/** Every table's decision; partitions share their parent's, and what Citus cannot carry to workers stays local. */
function decisionsOf(catalog: Catalog, analysis: Analysis, leftOut: LeftOut[]): Design['decisions'] {
  const decisions = new Map(analysis.tables.map((table) => [nameKey(table), table.decision]));
  const isUnsupported = unsupportedTypes(catalog);
  for (const table of catalog.tables) {
    const column = table.columns.find(({ type }) => isUnsupported(type));
    if (column === undefined || (decisions.get(nameKey(table))?.kind ?? 'local') === 'local') continue;
    decisions.set(nameKey(table), { kind: 'local' });
    leftOut.push({
      object: `distribution of ${displayName(table)}`,
      why: `Citus cannot create ${column.type.sql}, the type of ${column.name}, on the workers`,
      instead:
        'The table stays on the coordinator; with two columns in place of the range it could be distributed.',
    });
  }
  for (const table of catalog.tables) {
    const decision = decisions.get(nameKey(table));
    const ranges = decision && rangesOf(table, decision, analysis);
    if (decision?.kind !== 'distributed' || ranges?.kind !== 'refused') continue;
    decisions.set(nameKey(table), { ...decision, method: 'hash' });
    leftOut.push({
      object: `distribution by range of ${displayName(table)}`,
      why: ranges.why,
      instead: `It is distributed by the hash of ${decision.column}.`,
    });
  }
  for (const table of catalog.tables) {
    const parent = table.partitionOf && decisions.get(nameKey(table.partitionOf.parent));
    if (parent) decisions.set(nameKey(table), parent);
  }
  return decisions;
}

/** How a table that is to be distributed by range is cut; `undefined` for others. */
function rangesOf(table: Table, decision: Decision, { options }: Analysis): RangeShards | undefined {
  if (decision.kind !== 'distributed' || decision.method !== 'range' || table.partitionOf) return undefined;
  const column = table.columns.find(({ name }) => name === decision.column);
  if (column === undefined) return { kind: 'refused', why: `the table has no ${decision.column} yet` };
  return rangeShards(table, column, options.shards.count);
}

/** Range and base types of the database's own, and composites that hold one. */
function unsupportedTypes({ types }: Catalog): (type: DataType) => boolean {
  const unsupported = new Set(
    types.filter(({ kind }) => kind === 'range' || kind === 'base' || kind === 'shell').map(nameKey),
  );
  for (const type of types) {
    if (type.kind === 'composite' && type.attributes.some((one) => unsupported.has(nameKey(one.type))))
      unsupported.add(nameKey(type));
    if (type.kind === 'domain' && unsupported.has(nameKey(type.base))) unsupported.add(nameKey(type));
  }
  return (type) => unsupported.has(nameKey(type));
}

/** The distribution column is there, and holds a value in every row. */
function withKeyColumn(
  table: Table,
  decisionOf: (name: QualifiedName) => Decision,
  catalog: Catalog,
  { changes, weakenings }: Ledger,
): Table {
  const decision = decisionOf(table);
  if (decision.kind !== 'distributed') return table;
  const present = table.columns.find(({ name }) => name === decision.column);
  if (present) {
    if (present.notNull) return table;
    changes.push({
      table,
      object: decision.column,
      kind: 'column-not-null',
      what: `${displayName(table)}.${decision.column} becomes NOT NULL`,
      why: 'a row without a value of the distribution column has no shard',
    });
    if (!table.partitionOf) {
      weakenings.push({
        table,
        object: decision.column,
        risk: 'medium',
        before: `rows of ${displayName(table)} may have no ${decision.column}`,
        after: 'the server refuses such rows, those that are there and new ones',
        remedy: `Count them first: SELECT count(*) FROM ${quoteQualifiedName(table)} WHERE ${quoteIdentifier(decision.column)} IS NULL. Give them a value, that of a tenant made for them if need be; the load sets them aside else.`,
      });
    }
    const columns = table.columns.map((column) =>
      column === present ? { ...column, notNull: true } : column,
    );
    return { ...table, columns };
  }
  const last = decision.via.at(-1);
  const holder = last && catalog.tables.find((other) => nameKey(other) === nameKey(last.to));
  const model = holder?.columns.find(({ name }) => name === (decision.sourceColumn ?? decision.column));
  if (!model) throw new RangeError(`no table tells the type of ${displayName(table)}.${decision.column}`);
  const column: Column = { name: decision.column, type: model.type, notNull: true };
  changes.push({
    table,
    object: decision.column,
    kind: 'column-added',
    what: `${displayName(table)} gains ${decision.column}, filled over ${decision.via.map(({ to }) => displayName(to)).join(' → ')}`,
    why: `its rows then live in the shard of the rows that they belong to; a query that names ${decision.column} without a table, or joins by USING or NATURAL, may find two of them`,
  });
  return { ...table, columns: [...table.columns, column] };
}
