import type { Database } from './database.ts';
import type {
  ColumnDraft,
  ConstraintDraft,
  ForeignKeyDraft,
  IndexDraft,
  RelationDraft,
  SequenceDraft,
  TableDraft,
  TargetDraft,
  ViewDraft,
} from './draft.ts';
import { columnsOf } from './expression.ts';
import { countName, removeConstraintDraft } from './names-in-use.ts';
import { refused } from './problem.ts';

/** How a DROP treats what depends on its objects. */
export interface DropMode {
  readonly cascade: boolean;
  /** Everything the same statement drops: dependents among them are no obstacle. */
  readonly together: ReadonlySet<object>;
}

/** The mode in which dependents go along silently: parts of something that is dropped. */
export const withDependents: DropMode = { cascade: true, together: new Set() };

/** Drops a relation of any kind, or refuses because something depends on it. */
export function dropRelation(database: Database, relation: RelationDraft, mode: DropMode): void {
  if (relation.dropped) return;
  switch (relation.relation) {
    case 'table':
      dropTable(database, relation, mode);
      break;
    case 'view':
      dropView(database, relation, mode);
      break;
    case 'sequence':
      dropSequence(database, relation, mode);
      break;
    case 'index':
      dropIndex(database, relation, mode);
      break;
    case 'composite':
      relation.schema.types.delete(relation.name);
      relation.type.dropped = true;
      database.removeRelation(relation);
      break;
    default:
      relation satisfies never;
  }
}

function refuseDependents(what: string, dependents: Iterable<object>, mode: DropMode): void {
  if (mode.cascade) return;
  for (const dependent of dependents) {
    if (!mode.together.has(dependent)) refused(`cannot drop ${what} because other objects depend on it`);
  }
}

function dropTable(database: Database, table: TableDraft, mode: DropMode): void {
  // A key that points at a partitioned table leans on each of its partitions.
  const keysHere = [table, ...ancestors(table)].flatMap((one) => [...one.referencedBy]);
  const foreignKeys = keysHere.filter(({ table: from }) => from !== table && !mode.together.has(from));
  const sequenceUsers = [...table.ownedSequences].flatMap((sequence) =>
    columnsFedBy(database, sequence).filter(({ table: user }) => user !== table && !mode.together.has(user)),
  );
  const family = new Set<object>([...mode.together, ...table.partitions]);
  const outside = foreignKeys.filter((key) => !family.has(key.table));
  refuseDependents(
    `table ${table.name}`,
    [...outside, ...sequenceUsers, ...table.dependentViews, ...table.inheritors],
    mode,
  );
  for (const key of keysHere) if (key.table !== table) removeForeignKey(key);
  dropAll(database, [...table.dependentViews, ...table.inheritors, ...table.partitions]);
  dropAll(database, table.ownedSequences);
  for (const index of table.indexes) forgetIndex(database, index);
  for (const constraint of table.constraints) {
    countName(table.schema, constraint.name, -1);
    constraint.parent?.children.delete(constraint);
    if (constraint.kind === 'foreign-key') constraint.references.referencedBy.delete(constraint);
  }
  table.partitionOf?.parent.partitions.delete(table);
  for (const parent of table.inherits) parent.inheritors.delete(table);
  for (const publication of database.publications.values()) {
    publication.tables = publication.tables.filter((published) => published !== table);
  }
  database.removeRelation(table);
}

function ancestors(table: TableDraft): TableDraft[] {
  const parent = table.partitionOf?.parent;
  return parent ? [parent, ...ancestors(parent)] : [];
}

function dropAll(database: Database, relations: Iterable<RelationDraft>): void {
  for (const relation of [...relations]) dropRelation(database, relation, withDependents);
}

function removeForeignKey(key: ForeignKeyDraft): void {
  for (const child of [...key.children]) if (child.kind === 'foreign-key') removeForeignKey(child);
  key.references.referencedBy.delete(key);
  removeConstraintDraft(key);
}

function dropView(database: Database, view: ViewDraft, mode: DropMode): void {
  refuseDependents(`view ${view.name}`, view.dependentViews, mode);
  dropAll(database, view.dependentViews);
  for (const source of view.dependsOn) source.dependentViews.delete(view);
  for (const index of view.indexes) forgetIndex(database, index);
  database.removeRelation(view);
}

function dropSequence(database: Database, sequence: SequenceDraft, mode: DropMode): void {
  const users = columnsFedBy(database, sequence);
  const tables = users.map((user) => user.table);
  if (users.some((user) => user.column.identity) && !mode.cascade) {
    refused(`cannot drop sequence ${sequence.name} because column of table requires it`);
  }
  refuseDependents(`sequence ${sequence.name}`, tables, mode);
  for (const { column } of users) {
    column.sequence = undefined;
    column.default = undefined;
  }
  sequence.ownedBy?.table.ownedSequences.delete(sequence);
  database.removeRelation(sequence);
}

function columnsFedBy(
  database: Database,
  sequence: SequenceDraft,
): { table: TableDraft; column: ColumnDraft }[] {
  const users: { table: TableDraft; column: ColumnDraft }[] = [];
  for (const schema of database.schemas.values()) {
    for (const table of schema.relations.values()) {
      if (table.relation !== 'table') continue;
      for (const column of table.columns) if (column.sequence === sequence) users.push({ table, column });
    }
  }
  return users;
}

/** Drops an index; one that belongs to a constraint goes only with it. */
function dropIndex(database: Database, index: IndexDraft, mode: DropMode): void {
  if (index.constraint) {
    refused(
      `cannot drop index ${index.name} because constraint ${index.constraint.name} on table ${index.table.name} requires it`,
    );
  }
  if (index.parent && !mode.together.has(index.parent) && !index.parent.dropped) {
    refused(`cannot drop index ${index.name} because index ${index.parent.name} requires it`);
  }
  const keys = foreignKeysOn(index);
  refuseDependents(`index ${index.name}`, keys, mode);
  for (const key of keys) removeForeignKey(key);
  removeIndex(database, index);
}

function foreignKeysOn(index: IndexDraft): ForeignKeyDraft[] {
  if (index.table.relation !== 'table') return [];
  return [...index.table.referencedBy].filter((key) => key.keyIndex === index);
}

// Takes an index with its partitions' copies out of its table.
function removeIndex(database: Database, index: IndexDraft): void {
  for (const child of [...index.children]) {
    if (child.constraint) removeConstraintWithIndex(database, child.constraint);
    else removeIndex(database, child);
  }
  const { table } = index;
  table.indexes.delete(index);
  if (table.relation === 'table' && table.replicaIdentity === index) table.replicaIdentity = 'default';
  forgetIndex(database, index);
}

function forgetIndex(database: Database, index: IndexDraft): void {
  index.parent?.children.delete(index);
  if (!index.dropped) database.removeRelation(index);
}

function removeConstraintWithIndex(database: Database, constraint: ConstraintDraft): void {
  removeConstraintDraft(constraint);
  if ('index' in constraint) {
    constraint.index.constraint = undefined;
    removeIndex(database, constraint.index);
  } else if (constraint.kind === 'foreign-key') constraint.references.referencedBy.delete(constraint);
}

/** ALTER TABLE … DROP CONSTRAINT, partitions and heirs included. */
export function dropConstraint(database: Database, constraint: ConstraintDraft, cascade: boolean): void {
  if ('index' in constraint) {
    const keys = foreignKeysOn(constraint.index);
    const what = `constraint ${constraint.name} on table ${constraint.table.name}`;
    refuseDependents(what, keys, { cascade, together: new Set() });
    for (const key of keys) removeForeignKey(key);
  }
  for (const child of [...constraint.children]) dropConstraint(database, child, true);
  if (constraint.kind === 'not-null') constraint.column.notNull = false;
  removeConstraintWithIndex(database, constraint);
}

/** ALTER TABLE … DROP COLUMN: indexes, constraints and sequences of the column go, others' need CASCADE. */
export function dropColumn(
  database: Database,
  table: TableDraft,
  column: ColumnDraft,
  cascade: boolean,
): void {
  const mode: DropMode = { cascade, together: new Set() };
  const what = `column ${column.name} of table ${table.name}`;
  const indexes = [...table.indexes].filter((index) => usesColumn(index, column));
  const outsideKeys = [...table.referencedBy].filter((key) => key.referencedColumns.includes(column));
  const views = [...table.dependentViews].filter((view) => mentions(view, column.name));
  const computed = table.columns.filter(
    (other) => other.generated && uses(other.generated.expression, column),
  );
  refuseDependents(what, [...outsideKeys.filter((key) => key.table !== table), ...views, ...computed], mode);
  for (const key of outsideKeys) removeForeignKey(key);
  dropAll(database, views);
  for (const index of indexes) {
    const keys = foreignKeysOn(index);
    refuseDependents(what, keys, mode);
    for (const key of keys) removeForeignKey(key);
    if (index.constraint) removeConstraintWithIndex(database, index.constraint);
    else removeIndex(database, index);
  }
  for (const constraint of [...table.constraints]) {
    if (constraintUses(constraint, column)) removeConstraintWithIndex(database, constraint);
  }
  for (const sequence of [...table.ownedSequences]) {
    if (sequence.ownedBy?.column === column) dropSequence(database, sequence, withDependents);
  }
  table.columns = table.columns.filter((other) => other !== column);
  for (const other of computed) dropColumn(database, table, other, true);
  for (const child of [...table.partitions, ...table.inheritors]) {
    const inherited = child.columns.find((other) => other.name === column.name);
    if (inherited && !inherited.isLocal) dropColumn(database, child, inherited, cascade);
  }
}

function mentions(view: ViewDraft, column: string): boolean {
  return view.columnsMentioned.has(column) || view.columnsMentioned.has('*');
}

function uses(expression: Parameters<typeof columnsOf>[0], column: ColumnDraft): boolean {
  return expression !== undefined && columnsOf(expression).includes(column.name);
}

function usesColumn(index: IndexDraft, column: ColumnDraft): boolean {
  return (
    index.include.includes(column) ||
    index.keys.some((key) => key.column === column || uses(key.expression, column)) ||
    uses(index.predicate, column)
  );
}

function constraintUses(constraint: ConstraintDraft, column: ColumnDraft): boolean {
  if (constraint.kind === 'foreign-key') return constraint.columns.includes(column);
  if (constraint.kind === 'check') return uses(constraint.expression, column);
  return constraint.kind === 'not-null' && constraint.column === column;
}

/** The triggers of one target, or none for what cannot have any. */
export function isTarget(relation: RelationDraft): relation is TargetDraft {
  return relation.relation === 'table' || relation.relation === 'view';
}
