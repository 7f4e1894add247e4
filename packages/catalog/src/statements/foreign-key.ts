import type { Definition } from '../model/definition.ts';
import type { ReferentialAction } from '../model/table.ts';
import type { Database } from './database.ts';
import type { ColumnDraft, ForeignKeyDraft, IndexDraft, TableDraft } from './draft.ts';
import { addConstraintDraft, chooseConstraintName } from './names-in-use.ts';
import { refused, unknownObject } from './problem.ts';

/** A foreign key as a statement words it. */
export interface ForeignKeyParts {
  readonly name?: string | undefined;
  readonly columns: readonly string[];
  readonly references: TableDraft;
  /** Empty: the primary key. */
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly onDeleteColumns: readonly string[] | undefined;
  readonly match: 'simple' | 'full' | 'partial';
  readonly notValid: boolean;
  readonly deferrable?: 'immediate' | 'deferred' | undefined;
  readonly definition: Definition;
}

/** Adds a foreign key to a table and its partitions. */
export function addForeignKey(
  database: Database,
  table: TableDraft,
  parts: ForeignKeyParts,
  parent?: ForeignKeyDraft,
): void {
  const columns = parts.columns.map((name) => foreignKeyColumn(table, name));
  const { references } = parts;
  const target = referencedKey(references, parts.referencedColumns);
  if (target.columns.length !== columns.length) {
    refused('number of referencing and referenced columns for foreign key disagree');
  }
  const { onDelete, onUpdate, onDeleteColumns, match, notValid, deferrable, definition } = parts;
  const draft: ForeignKeyDraft = {
    kind: 'foreign-key',
    name: parts.name ?? chooseConstraintName(table, parts.columns, 'fkey'),
    table,
    columns,
    references,
    referencedColumns: target.columns,
    keyIndex: target.index,
    onDeleteColumns: onDeleteColumns?.map((name) => foreignKeyColumn(table, name)),
    onDelete,
    onUpdate,
    match,
    notValid,
    deferrable,
    definition,
    parent,
    children: new Set(),
  };
  addConstraintDraft(draft);
  parent?.children.add(draft);
  references.referencedBy.add(draft);
  for (const partition of table.partitions) inheritForeignKey(database, draft, partition);
}

function foreignKeyColumn(table: TableDraft, name: string): ColumnDraft {
  return (
    table.columns.find((column) => column.name === name) ??
    unknownObject(`column "${name}" referenced in foreign key constraint does not exist`)
  );
}

function referencedKey(
  table: TableDraft,
  names: readonly string[],
): { columns: ColumnDraft[]; index: IndexDraft | undefined } {
  if (names.length === 0) {
    const primary = table.constraints.find((constraint) => constraint.kind === 'primary-key');
    if (primary?.kind !== 'primary-key') {
      return refused(`there is no primary key for referenced table "${table.name}"`);
    }
    return { columns: keyColumns(primary.index), index: primary.index };
  }
  const columns = names.map((name) => foreignKeyColumn(table, name));
  const index = [...table.indexes].find((candidate) => isKeyOver(candidate, columns));
  if (!index)
    refused(`there is no unique constraint matching given keys for referenced table "${table.name}"`);
  return { columns, index };
}

function keyColumns(index: IndexDraft): ColumnDraft[] {
  return index.keys.flatMap((key) => (key.column ? [key.column] : []));
}

function isKeyOver(index: IndexDraft, columns: readonly ColumnDraft[]): boolean {
  return (
    index.unique &&
    index.predicate === undefined &&
    index.keys.length === columns.length &&
    index.keys.every((key) => key.column !== undefined && columns.includes(key.column))
  );
}

/** Gives one partition a foreign key of its parent: an equal one that is there, else a copy. */
export function inheritForeignKey(
  database: Database,
  foreignKey: ForeignKeyDraft,
  partition: TableDraft,
): void {
  const names = foreignKey.columns.map((column) => column.name);
  const equal = partition.constraints.find(
    (constraint): constraint is ForeignKeyDraft =>
      constraint.kind === 'foreign-key' &&
      constraint.parent === undefined &&
      constraint.references === foreignKey.references &&
      constraint.onDelete === foreignKey.onDelete &&
      constraint.onUpdate === foreignKey.onUpdate &&
      constraint.match === foreignKey.match &&
      constraint.deferrable === foreignKey.deferrable &&
      sameNames(constraint.columns, foreignKey.columns) &&
      sameNames(constraint.referencedColumns, foreignKey.referencedColumns),
  );
  if (equal) {
    equal.parent = foreignKey;
    foreignKey.children.add(equal);
    return;
  }
  const isTaken = partition.constraints.some((constraint) => constraint.name === foreignKey.name);
  addForeignKey(
    database,
    partition,
    {
      ...foreignKey,
      name: isTaken ? undefined : foreignKey.name,
      columns: names,
      referencedColumns: foreignKey.referencedColumns.map((column) => column.name),
      onDeleteColumns: foreignKey.onDeleteColumns?.map((column) => column.name),
    },
    foreignKey,
  );
}

function sameNames(left: readonly ColumnDraft[], right: readonly ColumnDraft[]): boolean {
  return left.length === right.length && left.every((column, index) => column.name === right[index]?.name);
}
