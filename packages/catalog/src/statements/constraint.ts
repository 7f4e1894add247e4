import { type Constraint, pick, pickAll, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { matchType, referentialAction } from '../model/foreign-key-codes.ts';
import { addCheck } from './check.ts';
import { type Database, rangeName } from './database.ts';
import type { ExclusionDraft, IndexDraft, KeyDraft, NotNullDraft, TableDraft } from './draft.ts';
import { addForeignKey } from './foreign-key.ts';
import { addIndex, columnOf, type IndexParts, indexKey, spreadIndex } from './index-draft.ts';
import { addConstraintDraft, countName } from './names-in-use.ts';
import { duplicateObject, refused, unknownObject } from './problem.ts';

/** How a constraint statement is to be applied. */
export interface ConstraintContext {
  readonly definition: Definition;
  /** `ALTER TABLE ONLY`: partitions and heirs are left alone. */
  readonly only: boolean;
  /** The column a column constraint stands at. */
  readonly column?: string | undefined;
}

/** Adds a constraint of any kind but those that are column properties (default, identity, generated). */
export function addConstraint(
  database: Database,
  table: TableDraft,
  constraint: Constraint,
  context: ConstraintContext,
): void {
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      if (constraint.indexname === undefined) addKey(database, table, constraint, context);
      else addKeyUsingIndex(database, table, constraint, context);
      break;
    case 'CONSTR_EXCLUSION':
      addExclusion(database, table, constraint, context);
      break;
    case 'CONSTR_CHECK':
      addCheck(table, constraint, context);
      break;
    case 'CONSTR_FOREIGN':
      addWrittenForeignKey(database, table, constraint, context);
      break;
    case 'CONSTR_NOTNULL':
      addNotNull(table, constraint, context);
      break;
    default:
      break;
  }
}

/** When a constraint is checked, as far as the statement says. */
function deferrability(constraint: Constraint): 'immediate' | 'deferred' | undefined {
  if (constraint.initdeferred) return 'deferred';
  return constraint.deferrable ? 'immediate' : undefined;
}

function keyColumnNames(constraint: Constraint, context: ConstraintContext): string[] {
  const names = strings(constraint.keys);
  return names.length === 0 && context.column !== undefined ? [context.column] : names;
}

function addKey(
  database: Database,
  table: TableDraft,
  constraint: Constraint,
  context: ConstraintContext,
): void {
  const isPrimary = constraint.contype === 'CONSTR_PRIMARY';
  if (isPrimary) refuseSecondPrimaryKey(table);
  const columns = keyColumnNames(constraint, context).map((name) => keyColumn(table, name));
  const parts: IndexParts = {
    method: 'btree',
    unique: true,
    nullsNotDistinct: constraint.nulls_not_distinct ?? false,
    keys: columns.map((column) => ({ column, ordering: '' })),
    include: strings(constraint.including).map((name) => keyColumn(table, name)),
  };
  if (constraint.conname !== undefined) refuseTakenName(table, constraint.conname);
  const label = isPrimary ? 'pkey' : 'key';
  const index = addIndex(database, table, parts, { name: constraint.conname, label, ...context });
  addKeyDraft(table, index, constraint, context);
  if (isPrimary) for (const column of columns) setNotNull(table, column.name, true);
  if (!context.only) spreadIndex(database, index);
}

/** The constraint that an index enforces, by the index's name. */
function addKeyDraft(
  table: TableDraft,
  index: IndexDraft,
  constraint: Constraint,
  { definition }: ConstraintContext,
): void {
  const draft: KeyDraft = {
    kind: constraint.contype === 'CONSTR_PRIMARY' ? 'primary-key' : 'unique',
    name: index.name,
    table,
    index,
    definition,
    deferrable: deferrability(constraint),
    children: new Set(),
  };
  index.constraint = draft;
  addConstraintDraft(draft);
}

function keyColumn(table: TableDraft, name: string) {
  const column = table.columns.find((candidate) => candidate.name === name);
  return column ?? unknownObject(`column "${name}" named in key does not exist`);
}

function refuseSecondPrimaryKey(table: TableDraft): void {
  if (!table.constraints.some((constraint) => constraint.kind === 'primary-key')) return;
  refused(`multiple primary keys for table "${table.name}" are not allowed`);
}

function refuseTakenName(table: TableDraft, name: string): void {
  if (table.constraints.some((constraint) => constraint.name === name)) {
    duplicateObject(`constraint "${name}" for relation "${table.name}" already exists`);
  }
}

/** Sets or clears NOT NULL on a column here and in partitions and heirs. */
export function setNotNull(table: TableDraft, name: string, notNull: boolean): void {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) column.notNull = notNull;
  for (const child of [...table.partitions, ...table.inheritors]) setNotNull(child, name, notNull);
}

function addKeyUsingIndex(
  database: Database,
  table: TableDraft,
  constraint: Constraint,
  context: ConstraintContext,
): void {
  const index = database.index({ schema: table.schema.name, name: constraint.indexname ?? '' });
  if (index.table !== table) refused(`index "${index.name}" does not belong to table "${table.name}"`);
  if (index.constraint) refused(`index "${index.name}" is already associated with a constraint`);
  const isPrimary = constraint.contype === 'CONSTR_PRIMARY';
  if (isPrimary) refuseSecondPrimaryKey(table);
  const name = constraint.conname ?? index.name;
  refuseTakenName(table, name);
  if (name !== index.name) database.renameRelation(index, name);
  addKeyDraft(table, index, constraint, context);
  if (isPrimary) for (const key of index.keys) if (key.column) setNotNull(table, key.column.name, true);
}

function addExclusion(
  database: Database,
  table: TableDraft,
  constraint: Constraint,
  context: ConstraintContext,
): void {
  const elements = pickAll(constraint.exclusions, 'List').map((list) => ({
    key: indexKey(table, pick(list.items?.[0], 'IndexElem') ?? {}),
    operator: strings(pick(list.items?.[1], 'List')?.items).join('.'),
  }));
  const parts: IndexParts = {
    method: constraint.access_method ?? 'btree',
    unique: false,
    nullsNotDistinct: false,
    keys: elements.map((element) => element.key),
    include: strings(constraint.including).map((name) => keyColumn(table, name)),
    predicate: constraint.where_clause,
  };
  if (constraint.conname !== undefined) refuseTakenName(table, constraint.conname);
  const index = addIndex(database, table, parts, { name: constraint.conname, label: 'excl', ...context });
  const draft: ExclusionDraft = {
    kind: 'exclusion',
    name: index.name,
    table,
    index,
    operators: elements.map((element) => element.operator),
    definition: context.definition,
    deferrable: deferrability(constraint),
    children: new Set(),
  };
  index.constraint = draft;
  addConstraintDraft(draft);
  if (!context.only) spreadIndex(database, index);
}

function addNotNull(table: TableDraft, constraint: Constraint, context: ConstraintContext): void {
  const name = context.column ?? strings(constraint.keys)[0] ?? '';
  const column = columnOf(table, name);
  column.notNull = true;
  if (!context.only && !constraint.is_no_inherit) setNotNull(table, name, true);
  if (constraint.conname === undefined) return;
  // Before version 18 the server forgot the name, so the same one may stand in a dump twice: it is no conflict.
  if (table.constraints.some((other) => other.name === constraint.conname)) return;
  const draft: NotNullDraft = {
    kind: 'not-null',
    name: constraint.conname,
    table,
    column,
    definition: context.definition,
    children: new Set(),
  };
  table.constraints.push(draft);
  countName(table.schema, draft.name, 1);
}

function addWrittenForeignKey(
  database: Database,
  table: TableDraft,
  constraint: Constraint,
  context: ConstraintContext,
): void {
  const written = strings(constraint.fk_attrs);
  const columns = written.length === 0 && context.column !== undefined ? [context.column] : written;
  const onDeleteColumns = strings(constraint.fk_del_set_cols);
  addForeignKey(database, table, {
    name: constraint.conname,
    columns,
    references: database.table(rangeName(constraint.pktable)),
    referencedColumns: strings(constraint.pk_attrs),
    onDelete: referentialAction(constraint.fk_del_action),
    onUpdate: referentialAction(constraint.fk_upd_action),
    onDeleteColumns: onDeleteColumns.length === 0 ? undefined : onDeleteColumns,
    match: matchType(constraint.fk_matchtype),
    notValid: constraint.skip_validation ?? false,
    deferrable: deferrability(constraint),
    definition: context.definition,
  });
}
