import type { Catalog, Column, Constraint, Index, Sequence, Table } from '@shardwright/catalog';
import { displayName, nameKey, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import { addConstraint, dropConstraint } from '../ddl/constraint.ts';
import { createTable } from '../ddl/create-table.ts';
import { createIndex } from '../ddl/index-statement.ts';
import { createSequence, ownSequence, setSequence } from '../ddl/sequence.ts';
import { nameOf } from '../model/name-of.ts';
import type { Step } from '../model/plan.ts';
import type { TargetTable } from '../target/target-database.ts';
import { step } from './step.ts';

/** Sequences of their own; those of identity columns come with their tables. */
export function sequenceSteps(catalog: Catalog, tables: readonly TargetTable[]): readonly Step[] {
  const widened = new Set<string>();
  const identities = new Set<string>();
  for (const { table } of tables) {
    for (const column of table.columns) {
      if (column.sequence === undefined) continue;
      if (column.identity !== undefined) identities.add(nameKey(column.sequence));
      if (column.type.name === 'int8') widened.add(nameKey(column.sequence));
    }
  }
  const strays = strayOwners(tables);
  return catalog.sequences
    .filter((sequence) => !identities.has(nameKey(sequence)))
    .map((sequence) => {
      const drop = `DROP SEQUENCE IF EXISTS ${quoteQualifiedName(sequence)}`;
      const mayStray = sequence.ownedBy !== undefined && strays.has(nameKey(sequence.ownedBy.table));
      const onWorkers = quoteLiteral(`SET citus.enable_ddl_propagation = off; ${drop}`);
      return step('sequences', quoteQualifiedName(sequence), {
        title: `sequence ${displayName(sequence)}`,
        apply: [createSequence(sequence, widened.has(nameKey(sequence)))],
        undo: [drop, ...(mayStray ? [`SELECT run_command_on_workers(${onWorkers})`] : [])],
      });
    });
}

/**
 * Local tables with foreign keys: those that tie them to reference tables take them into Citus' metadata, and their
 * sequences to the workers, where these stay when the table has left the metadata again and is dropped.
 */
function strayOwners(tables: readonly TargetTable[]): ReadonlySet<string> {
  const local = tables.filter(({ decision }) => decision.kind === 'local');
  return new Set(
    local
      .filter(({ table }) => table.constraints.some(({ kind }) => kind === 'foreign-key'))
      .map(({ table }) => nameKey(table)),
  );
}

/** Empty tables, and who owns which sequence. */
export function tableSteps(catalog: Catalog, tables: readonly TargetTable[]): readonly Step[] {
  const sequences = new Map(catalog.sequences.map((sequence) => [nameKey(sequence), sequence]));
  const sequenceOf = (column: Column): Sequence | undefined =>
    column.sequence && sequences.get(nameKey(column.sequence));
  return inCreationOrder(tables).map(({ table }) => {
    const owned = catalog.sequences.filter(
      ({ ownedBy, ...sequence }) =>
        ownedBy !== undefined &&
        nameKey(ownedBy.table) === nameKey(table) &&
        !table.columns.some(
          (column) =>
            column.identity !== undefined &&
            column.sequence &&
            nameKey(column.sequence) === nameKey(sequence),
        ),
    );
    return step('tables', quoteQualifiedName(table), {
      title: `table ${displayName(table)}`,
      apply: [
        table.kind === 'foreign' ? table.definition.sql : createTable(table, sequenceOf),
        ...owned.flatMap((sequence) => ownSequence(sequence) ?? []),
      ],
      undo: [`DROP ${table.kind === 'foreign' ? 'FOREIGN ' : ''}TABLE ${quoteQualifiedName(table)}`],
    });
  });
}

/** A table comes after its partition parent and those it inherits from; otherwise the source's order stays. */
function inCreationOrder(tables: readonly TargetTable[]): readonly TargetTable[] {
  const byName = new Map(tables.map((entry) => [nameKey(entry.table), entry]));
  const done = new Set<string>();
  const ordered: TargetTable[] = [];
  const visit = (entry: TargetTable): void => {
    const key = nameKey(entry.table);
    if (done.has(key)) return;
    done.add(key);
    const { partitionOf, inherits } = entry.table;
    for (const parent of [...(partitionOf ? [partitionOf.parent] : []), ...inherits]) {
      const found = byName.get(nameKey(parent));
      if (found) visit(found);
    }
    ordered.push(entry);
  };
  for (const entry of tables) visit(entry);
  return ordered;
}

/** Primary keys, unique and exclusion constraints; checks that need not hold for the rows that are there. */
export function keySteps(tables: readonly TargetTable[]): readonly Step[] {
  return tables.flatMap(({ table }) =>
    table.constraints
      .filter(
        (constraint) =>
          constraint.kind !== 'foreign-key' &&
          constraint.kind !== 'not-null' &&
          (constraint.kind !== 'check' || constraint.notValid) &&
          !comesWithParent(table, constraint, tables),
      )
      .map((constraint) => constraintStep('keys', table, constraint)),
  );
}

/** Foreign keys, when all rows and all keys that they refer to are there. */
export function foreignKeySteps(tables: readonly TargetTable[]): readonly Step[] {
  return tables.flatMap(({ table }) =>
    table.constraints
      .filter(({ kind }) => kind === 'foreign-key')
      .map((constraint) => constraintStep('foreign-keys', table, constraint)),
  );
}

function constraintStep(phase: 'keys' | 'foreign-keys', table: Table, constraint: Constraint): Step {
  return step(phase, `${quoteIdentifier(constraint.name)} ON ${quoteQualifiedName(table)}`, {
    title: `${constraint.kind.replace('-', ' ')} ${constraint.name} of ${displayName(table)}`,
    table: nameOf(table),
    apply: [addConstraint(table, constraint)],
    undo: [dropConstraint(table, constraint)],
  });
}

/** Indexes that no constraint brings. */
export function indexSteps(tables: readonly TargetTable[]): readonly Step[] {
  return tables.flatMap(({ table, source }) =>
    table.indexes
      .filter((index) => index.constraint === undefined && !indexComesWithParent(table, index, tables))
      .map((index) => {
        const before = source.indexes.find(({ name }) => name === index.name);
        const name = quoteQualifiedName({ schema: table.schema, name: index.name });
        return step('indexes', name, {
          title: `index ${index.name} on ${displayName(table)}`,
          table: nameOf(table),
          apply: [createIndex(index, before)],
          undo: [`DROP INDEX ${name}`],
        });
      }),
  );
}

function parentOf(table: Table, tables: readonly TargetTable[]): Table | undefined {
  const parent = table.partitionOf?.parent;
  return parent && tables.find((entry) => nameKey(entry.table) === nameKey(parent))?.table;
}

function comesWithParent(table: Table, constraint: Constraint, tables: readonly TargetTable[]): boolean {
  const columns = (one: Constraint): string => ('columns' in one ? one.columns.join() : one.name);
  return (
    parentOf(table, tables)?.constraints.some(
      (other) => other.kind === constraint.kind && columns(other) === columns(constraint),
    ) ?? false
  );
}

function indexComesWithParent(table: Table, index: Index, tables: readonly TargetTable[]): boolean {
  const shape = ({ method, unique, keys, predicate }: Index): string =>
    JSON.stringify([method, unique, keys, predicate]);
  const parent = parentOf(table, tables);
  return parent?.indexes.some((other) => shape(other) === shape(index)) ?? false;
}

/** Where sequences stand, once all rows are there. */
export function positionSteps({ sequences }: Catalog): readonly Step[] {
  return sequences.flatMap((sequence) => {
    const move = setSequence(sequence);
    if (move === undefined) return [];
    return [
      step('sequence-positions', quoteQualifiedName(sequence), {
        title: `position of ${displayName(sequence)}`,
        apply: [move],
      }),
    ];
  });
}
