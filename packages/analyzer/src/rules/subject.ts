import type {
  Catalog,
  Column,
  ForeignKeyConstraint,
  Policy,
  Rule as RewriteRule,
  Sequence,
  Table,
  Trigger,
} from '@shardwright/catalog';
import type { QualifiedName } from '@shardwright/core';
import type { Decision } from '../model/analysis.ts';
import type { Design } from '../model/design.ts';
import { type ForeignKeyOutcome, foreignKeyOutcome } from './foreign-key-outcome.ts';
import { type KeyObstacle, keyObstacles } from './key-obstacles.ts';
import { keyOf } from './object-key.ts';

/** A table that rows are spread over, with the column that spreads them. */
export interface DistributedTable {
  readonly table: Table;
  readonly decision: Extract<Decision, { kind: 'distributed' }>;
  /** Absent when the column is still to be added (or is not there at all). */
  readonly column: Column | undefined;
  /** What speaks against the column; empty for partitions, which follow their parent. */
  readonly obstacles: readonly KeyObstacle[];
}

/** A foreign key between two known tables, with what the design makes of it. */
export interface ForeignKeyInDesign {
  readonly table: Table;
  readonly foreignKey: ForeignKeyConstraint;
  readonly target: Table;
  readonly from: Decision;
  readonly to: Decision;
  readonly outcome: ForeignKeyOutcome;
}

/** A catalog and a design, indexed once so that each rule walks only what it looks at. */
export interface RuleSubject {
  readonly catalog: Catalog;
  readonly design: Design;
  readonly tables: ReadonlyMap<string, Table>;
  /** What becomes of a table; where the design does not name it, partitions follow their parent, others stay local. */
  readonly decisionOf: (table: QualifiedName) => Decision;
  /**
   * Whether a table will be in Citus' metadata: all that are spread, and local tables that foreign keys connect
   * with a reference table, which Citus adds by itself and then holds to some of its rules.
   */
  readonly isInMetadata: (table: QualifiedName) => boolean;
  /**
   * Whether foreign keys connect a table with a reference table, over tables of any other kind. Once the reference
   * table is made (first of all), Citus holds all of them in its metadata, those to be distributed too.
   */
  readonly isBesideReferenceTable: (table: QualifiedName) => boolean;
  readonly distributed: readonly DistributedTable[];
  readonly foreignKeys: readonly ForeignKeyInDesign[];
  readonly foreignKeysFrom: (table: QualifiedName) => readonly ForeignKeyInDesign[];
  readonly foreignKeysTo: (table: QualifiedName) => readonly ForeignKeyInDesign[];
  readonly triggersOf: (table: QualifiedName) => readonly Trigger[];
  readonly rewriteRulesOf: (table: QualifiedName) => readonly RewriteRule[];
  readonly policiesOf: (table: QualifiedName) => readonly Policy[];
  readonly partitionsOf: (table: QualifiedName) => readonly Table[];
  /** Tables that inherit from this one the old way. */
  readonly childrenOf: (table: QualifiedName) => readonly Table[];
  readonly sequence: (name: QualifiedName) => Sequence | undefined;
}

/** Indexes a catalog under a design; linear in the size of both. */
export function ruleSubject(catalog: Catalog, design: Design): RuleSubject {
  const tables = new Map(catalog.tables.map((table) => [keyOf(table), table]));
  const decisionOf = (table: QualifiedName): Decision => {
    const decision = design.decisions.get(keyOf(table));
    const parent = decision === undefined ? tables.get(keyOf(table))?.partitionOf?.parent : undefined;
    return decision ?? (parent === undefined ? { kind: 'local' } : decisionOf(parent));
  };
  const foreignKeys = catalog.tables.flatMap((table) => foreignKeysIn(table, tables, decisionOf));
  const sequences = new Map(catalog.sequences.map((sequence) => [keyOf(sequence), sequence]));
  const inherited = catalog.tables.flatMap((table) => table.inherits.map((parent) => ({ table, parent })));
  const children = groupBy(inherited, (entry) => entry.parent);
  const managed = besideReferenceTables(foreignKeys.filter(isBetweenUnspread));
  const beside = besideReferenceTables(foreignKeys);
  return {
    catalog,
    design,
    tables,
    decisionOf,
    isInMetadata: (table) => decisionOf(table).kind !== 'local' || managed.has(keyOf(table)),
    isBesideReferenceTable: (table) => beside.has(keyOf(table)),
    distributed: catalog.tables.flatMap((table) => {
      const decision = decisionOf(table);
      if (decision.kind !== 'distributed') return [];
      const column = table.columns.find((candidate) => candidate.name === decision.column);
      const isExamined = column !== undefined && table.partitionOf === undefined;
      const obstacles = isExamined ? keyObstacles(catalog, table, column) : [];
      return [{ table, decision, column, obstacles }];
    }),
    foreignKeys,
    foreignKeysFrom: groupBy(foreignKeys, (entry) => entry.table),
    foreignKeysTo: groupBy(foreignKeys, (entry) => entry.target),
    triggersOf: groupBy(catalog.triggers, (trigger) => trigger.table),
    rewriteRulesOf: groupBy(catalog.rules, (rule) => rule.table),
    policiesOf: groupBy(catalog.policies, (policy) => policy.table),
    partitionsOf: groupBy(
      catalog.tables.filter((table) => table.partitionOf !== undefined),
      (table) => table.partitionOf?.parent ?? table,
    ),
    childrenOf: (table) => children(table).map((entry) => entry.table),
    sequence: (name) => sequences.get(keyOf(name)),
  };
}

function foreignKeysIn(
  table: Table,
  tables: ReadonlyMap<string, Table>,
  decisionOf: RuleSubject['decisionOf'],
): ForeignKeyInDesign[] {
  return table.constraints.flatMap((foreignKey): ForeignKeyInDesign[] => {
    if (foreignKey.kind !== 'foreign-key' || isFromParent(foreignKey, table, tables)) return [];
    const target = tables.get(keyOf(foreignKey.references));
    if (target === undefined) return [];
    const placement = { foreignKey, table, target, from: decisionOf(table), to: decisionOf(target) };
    return [{ ...placement, outcome: foreignKeyOutcome(placement) }];
  });
}

/** Whether a partition has a foreign key because its parent has it: that one speaks for both. */
function isFromParent(
  foreignKey: ForeignKeyConstraint,
  table: Table,
  tables: ReadonlyMap<string, Table>,
): boolean {
  const parent = table.partitionOf && tables.get(keyOf(table.partitionOf.parent));
  const shape = (one: ForeignKeyConstraint): string =>
    JSON.stringify([one.columns, keyOf(one.references), one.referencedColumns]);
  return (
    parent?.constraints.some((one) => one.kind === 'foreign-key' && shape(one) === shape(foreignKey)) ?? false
  );
}

/** Foreign keys that stay, between local and reference tables. */
function isBetweenUnspread({ from, to, outcome }: ForeignKeyInDesign): boolean {
  const kinds = [from.kind, to.kind];
  return outcome.kind !== 'dropped' && kinds.every((kind) => kind === 'local' || kind === 'reference');
}

/** Tables that foreign keys connect with a reference table, over other tables too. */
function besideReferenceTables(foreignKeys: readonly ForeignKeyInDesign[]): ReadonlySet<string> {
  const neighbours = new Map<string, string[]>();
  const waiting: string[] = [];
  const link = (from: string, to: string): void => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const { table, target, from, to } of foreignKeys) {
    const [tableKey, targetKey] = [keyOf(table), keyOf(target)];
    if (from.kind !== 'reference' && to.kind !== 'reference') {
      link(tableKey, targetKey);
      link(targetKey, tableKey);
    } else if (from.kind !== to.kind) {
      waiting.push(from.kind === 'reference' ? targetKey : tableKey);
    }
  }
  const reached = new Set<string>();
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    waiting.push(...(neighbours.get(key) ?? []));
  }
  return reached;
}

function groupBy<T>(
  items: readonly T[],
  owner: (item: T) => QualifiedName,
): (name: QualifiedName) => readonly T[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(owner(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return (name) => groups.get(keyOf(name)) ?? [];
}
