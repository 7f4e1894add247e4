import { type IndexElem, type Node, sqlText, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Database } from './database.ts';
import type { ColumnDraft, IndexDraft, IndexKeyDraft, TableDraft, TargetDraft } from './draft.ts';
import { figureColumnName, renameColumn } from './expression.ts';
import { addConstraintDraft, chooseRelationName } from './names-in-use.ts';
import { indexColumnNames, joinColumnNames } from './naming.ts';
import { duplicateObject, refused, unknownObject } from './problem.ts';
import { undeterminedType } from './type-name.ts';

/** What an index is made of, before it has a name. */
export interface IndexParts {
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly keys: IndexKeyDraft[];
  readonly include: ColumnDraft[];
  readonly predicate?: Node | undefined;
}

/** The end of a default name: what kind of index it is. */
export type IndexLabel = 'idx' | 'key' | 'pkey' | 'excl';

/** A column of a table, or the server's complaint. */
export function columnOf(table: TargetDraft, name: string): ColumnDraft {
  return (
    table.columns.find((column) => column.name === name) ??
    materializedColumn(table, name) ??
    unknownObject(`column "${name}" of relation "${table.name}" does not exist`)
  );
}

// A view's columns are known only as far as its query tells; what an index names must exist.
function materializedColumn(table: TargetDraft, name: string): ColumnDraft | undefined {
  if (table.relation === 'table') return systemColumn(name);
  const column: ColumnDraft = { name, type: undeterminedType, notNull: false, isLocal: true };
  table.columns.push(column);
  return column;
}

function systemColumn(name: string): ColumnDraft | undefined {
  if (!['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'].includes(name)) return undefined;
  return { name, type: undeterminedType, notNull: true, isLocal: true };
}

/** The key an index element stands for. */
export function indexKey(table: TargetDraft, element: IndexElem): IndexKeyDraft {
  const ordering = [element.ordering, element.nulls_ordering].filter(
    (word) => word && !word.endsWith('DEFAULT'),
  );
  return {
    column: element.name === undefined ? undefined : columnOf(table, element.name),
    expression: element.expr,
    operatorClass: dotted(element.opclass),
    collation: dotted(element.collation),
    ordering: ordering.join(' '),
  };
}

function dotted(nodes: readonly Node[] | undefined): string | undefined {
  const parts = strings(nodes);
  return parts.length === 0 ? undefined : parts.join('.');
}

/** The name the server gives an index of that table when the statement gives none. */
function defaultIndexName(table: TargetDraft, parts: IndexParts, label: IndexLabel): string {
  if (label === 'pkey') return chooseRelationName(table.schema, { name1: table.name, label }, true);
  const wanted = [
    ...parts.keys.map((key) => key.column?.name ?? figureColumnName(key.expression) ?? 'expr'),
    ...parts.include.map((column) => column.name),
  ];
  const name2 = joinColumnNames(indexColumnNames(wanted));
  return chooseRelationName(table.schema, { name1: table.name, name2, label }, label !== 'idx');
}

/** Makes an index under a given or default name. */
export function addIndex(
  database: Database,
  table: TargetDraft,
  parts: IndexParts,
  naming: { readonly name?: string | undefined; readonly label: IndexLabel; readonly definition: Definition },
): IndexDraft {
  if (table.relation === 'table' && parts.unique) refuseWithoutPartitionKey(table, parts);
  const name = naming.name ?? defaultIndexName(table, parts, naming.label);
  const index: IndexDraft = {
    relation: 'index',
    schema: table.schema,
    name,
    table,
    definition: naming.definition,
    children: new Set(),
    ...parts,
  };
  if (table.schema.relations.has(name)) duplicateObject(`relation "${name}" already exists`);
  database.addRelation(index);
  table.indexes.add(index);
  return index;
}

// Only within one partition can the server see that a value is unique.
function refuseWithoutPartitionKey(table: TableDraft, parts: IndexParts): void {
  const columns = parts.keys.map((key) => key.column);
  for (const key of table.partitionKey?.keys ?? []) {
    if (key.column && columns.includes(key.column)) continue;
    refused('unique constraint on partitioned table must include all partitioning columns');
  }
}

/** Gives every partition of an index' table the index too: one that is there and fits, else a new one. */
export function spreadIndex(database: Database, index: IndexDraft): void {
  const { table } = index;
  if (table.relation !== 'table') return;
  for (const partition of table.partitions) attachOrCloneIndex(database, index, partition);
}

/** Gives one partition an index of its parent, as CREATE TABLE … PARTITION OF and ATTACH PARTITION do. */
export function attachOrCloneIndex(database: Database, parent: IndexDraft, partition: TargetDraft): void {
  if (partition.relation !== 'table' || partition.kind === 'foreign') return;
  const found = [...partition.indexes].find((candidate) => isSameIndex(parent, candidate));
  if (found) {
    attachIndex(parent, found);
    return;
  }
  const parts: IndexParts = {
    method: parent.method,
    unique: parent.unique,
    nullsNotDistinct: parent.nullsNotDistinct,
    keys: parent.keys.map((key) => ({
      ...key,
      ...(key.column ? { column: columnOf(partition, key.column.name) } : {}),
    })),
    include: parent.include.map((column) => columnOf(partition, column.name)),
    predicate: parent.predicate,
  };
  const { constraint, definition } = parent;
  const child = addIndex(database, partition, parts, { label: labelOf(parent), definition });
  child.parent = parent;
  parent.children.add(child);
  if (constraint?.kind === 'exclusion') {
    const copy = { ...constraint, name: child.name, table: partition, index: child, parent: constraint };
    child.constraint = { ...copy, children: new Set() };
  } else if (constraint) {
    child.constraint = {
      kind: constraint.kind,
      name: child.name,
      table: partition,
      index: child,
      definition,
      deferrable: constraint.deferrable,
      parent: constraint,
      children: new Set(),
    };
    if (constraint.kind === 'primary-key')
      for (const key of child.keys) if (key.column) key.column.notNull = true;
  }
  if (child.constraint) {
    addConstraintDraft(child.constraint);
    constraint?.children.add(child.constraint);
  }
  spreadIndex(database, child);
}

/** Ties a partition's index to its parent's. */
export function attachIndex(parent: IndexDraft, child: IndexDraft): void {
  child.parent = parent;
  parent.children.add(child);
  if (!parent.constraint || !child.constraint) return;
  child.constraint.parent = parent.constraint;
  parent.constraint.children.add(child.constraint);
}

function labelOf(index: IndexDraft): IndexLabel {
  if (index.constraint?.kind === 'primary-key') return 'pkey';
  if (index.constraint?.kind === 'unique') return 'key';
  return index.constraint ? 'excl' : 'idx';
}

function isSameIndex(parent: IndexDraft, candidate: IndexDraft): boolean {
  return (
    candidate.parent === undefined &&
    candidate.unique === parent.unique &&
    candidate.nullsNotDistinct === parent.nullsNotDistinct &&
    candidate.method === parent.method &&
    (parent.constraint === undefined || candidate.constraint?.kind === parent.constraint.kind) &&
    indexText(candidate) === indexText(parent)
  );
}

function indexText(index: IndexDraft): string {
  const keys = index.keys.map((key) => [
    key.column?.name,
    key.expression && sqlText(key.expression, index.definition.sql),
    key.operatorClass?.split('.').at(-1),
    key.collation,
  ]);
  const include = index.include.map((column) => column.name);
  return JSON.stringify([keys, include, index.predicate && sqlText(index.predicate, index.definition.sql)]);
}

/** Writes a column's new name into the expressions of its table's indexes. */
export function renameInIndexes(table: TargetDraft, from: string, to: string): void {
  for (const index of table.indexes) {
    for (const key of index.keys) if (key.expression) key.expression = renameColumn(key.expression, from, to);
    if (index.predicate) index.predicate = renameColumn(index.predicate, from, to);
  }
}
