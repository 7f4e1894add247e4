import {
  type Constraint,
  type CreateForeignTableStmt,
  type CreateStmt,
  pick,
  pickAll,
  strings,
  type TypeName,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Table } from '../model/table.ts';
import { addCheckDraft, inheritCheckInto } from './check.ts';
import { columnProperties, declareColumn, inheritedColumn } from './column.ts';
import { addConstraint } from './constraint.ts';
import { type Database, rangeName, writtenName } from './database.ts';
import { storageParameters } from './definition-elements.ts';
import type { ColumnDraft, PartitionKeyDraft, SchemaDraft, TableDraft } from './draft.ts';
import { dropRelation, withDependents } from './drop-relation.ts';
import { columnOf } from './index-draft.ts';
import { copyLike, copyLikeIndexes, type LikeCopy } from './like.ts';
import { adoptPartition, boundSql } from './partition.ts';
import { duplicateObject, unknownObject } from './problem.ts';

/** CREATE TABLE in all its forms. */
export function createTable(
  database: Database,
  statement: CreateStmt,
  definition: Definition,
  kind?: 'foreign',
): void {
  const name = rangeName(statement.relation);
  const schema = database.creationSchema(name.schema, definition);
  if (schema.relations.has(name.name)) {
    if (statement.if_not_exists) return;
    duplicateObject(`relation "${name.name}" already exists`);
  }
  const table = newTable(schema, name.name, definition);
  if (kind) table.kind = kind;
  table.persistence = persistence(statement.relation?.relpersistence);
  table.options = storageParameters(statement.options);
  if (statement.accessMethod !== undefined) table.accessMethod = statement.accessMethod;
  if (statement.tablespacename !== undefined) table.tablespace = statement.tablespacename;

  try {
    fillTable(database, table, statement, definition);
  } catch (error) {
    // The server makes all of a table or nothing; sequences of serial columns came first.
    dropRelation(database, table, withDependents);
    throw error;
  }
}

function fillTable(
  database: Database,
  table: TableDraft,
  statement: CreateStmt,
  definition: Definition,
): void {
  const parents = pickAll(statement.inhRelations, 'RangeVar').map((range) =>
    database.table(rangeName(range)),
  );
  for (const parent of parents) for (const column of parent.columns) mergeInherited(table, column);
  if (statement.ofTypename) addTypeColumns(database, table, statement.ofTypename);

  const { constraints, likes } = addElements(database, table, statement, definition);
  if (statement.partspec) {
    table.kind = 'partitioned';
    table.partitionKey = partitionKey(table, statement.partspec);
  }
  database.addRelation(table);

  if (statement.partbound) {
    for (const parent of parents)
      adoptPartition(database, parent, table, boundSql(statement.partbound, definition));
  } else {
    table.inherits = parents;
    for (const parent of parents) {
      parent.inheritors.add(table);
      for (const check of parent.constraints) if (check.kind === 'check') inheritCheckInto(check, table);
    }
  }
  for (const like of likes)
    for (const check of like.checks) addCheckDraft(table, undefined, { ...check, definition });
  const kinds = byKind(constraints);
  for (const { constraint, column } of kinds.checks) {
    addConstraint(database, table, constraint, { definition, only: false, column });
  }
  for (const like of likes) copyLikeIndexes(database, table, like, definition);
  for (const { constraint, column } of [...kinds.keys, ...kinds.foreignKeys]) {
    addConstraint(database, table, constraint, { definition, only: false, column });
  }
}

/** CREATE FOREIGN TABLE. */
export function createForeignTable(
  database: Database,
  statement: CreateForeignTableStmt,
  definition: Definition,
): void {
  if (statement.base) createTable(database, statement.base, definition, 'foreign');
}

/** An empty table that is not registered yet. */
function newTable(schema: SchemaDraft, name: string, definition: Definition): TableDraft {
  return {
    relation: 'table',
    schema,
    name,
    definition,
    kind: 'ordinary',
    persistence: 'permanent',
    columns: [],
    constraints: [],
    indexes: new Set(),
    partitions: new Set(),
    inherits: [],
    inheritors: new Set(),
    referencedBy: new Set(),
    dependentViews: new Set(),
    ownedSequences: new Set(),
    triggers: new Map(),
    rules: new Map(),
    policies: new Map(),
    rowSecurity: false,
    forceRowSecurity: false,
    replicaIdentity: 'default',
    options: new Map(),
  };
}

/** The letter of pg_class.relpersistence as a word. */
export function persistence(letter: string | undefined): Table['persistence'] {
  if (letter === 'u') return 'unlogged';
  return letter === 't' ? 'temporary' : 'permanent';
}

// A column that several parents have, or a parent and the table, is one column; the later declaration adds to it.
function mergeInherited(table: TableDraft, column: ColumnDraft): void {
  const existing = table.columns.find((candidate) => candidate.name === column.name);
  if (existing) existing.notNull ||= column.notNull;
  else table.columns.push(inheritedColumn(column));
}

function addTypeColumns(database: Database, table: TableDraft, name: TypeName): void {
  const type = database.type(writtenName(strings(name.names)));
  for (const { name: column, type: dataType, draft } of type.attributes ?? []) {
    table.columns.push({ name: column, type: dataType, typeDraft: draft, notNull: false, isLocal: true });
  }
}

interface PlacedConstraint {
  readonly constraint: Constraint;
  readonly column?: string | undefined;
}

function addElements(
  database: Database,
  table: TableDraft,
  statement: CreateStmt,
  definition: Definition,
): { constraints: PlacedConstraint[]; likes: LikeCopy[] } {
  const constraints: PlacedConstraint[] = [];
  const likes: LikeCopy[] = [];
  const isTyped = statement.ofTypename !== undefined || statement.partbound !== undefined;
  for (const element of statement.tableElts ?? []) {
    const declaration = pick(element, 'ColumnDef');
    const constraint = pick(element, 'Constraint');
    const like = pick(element, 'TableLikeClause');
    if (declaration && isTyped) {
      const column = columnOf(table, declaration.colname ?? '');
      const rest = columnProperties(database, table, column, declaration.constraints, definition);
      for (const one of rest) constraints.push({ constraint: one, column: column.name });
    } else if (declaration) {
      const declared = declareColumn(database, table, declaration, definition);
      placeColumn(table, declared.column);
      for (const one of declared.constraints)
        constraints.push({ constraint: one, column: declared.column.name });
    } else if (constraint) constraints.push({ constraint });
    else if (like) likes.push(copyLike(database, table, like, definition));
  }
  return { constraints, likes };
}

function placeColumn(table: TableDraft, column: ColumnDraft): void {
  const existing = table.columns.find((candidate) => candidate.name === column.name);
  if (!existing) {
    table.columns.push(column);
    return;
  }
  if (existing.isLocal) duplicateObject(`column "${column.name}" specified more than once`);
  existing.isLocal = true;
  existing.notNull ||= column.notNull;
  if (column.source !== undefined) existing.source = column.source;
  if (column.default) existing.default = column.default;
  if (column.sequence) existing.sequence = column.sequence;
  if (column.generated) existing.generated = column.generated;
}

function partitionKey(table: TableDraft, spec: NonNullable<CreateStmt['partspec']>): PartitionKeyDraft {
  const strategies = {
    PARTITION_STRATEGY_LIST: 'list',
    PARTITION_STRATEGY_RANGE: 'range',
    PARTITION_STRATEGY_HASH: 'hash',
  } as const;
  const keys = pickAll(spec.partParams, 'PartitionElem').map((element) =>
    element.name === undefined
      ? { expression: element.expr }
      : {
          column:
            table.columns.find((column) => column.name === element.name) ??
            unknownObject(`column "${element.name}" named in partition key does not exist`),
        },
  );
  return { strategy: strategies[spec.strategy ?? 'PARTITION_STRATEGY_RANGE'], keys };
}

// The server adds checks with the table, then indexes (the primary key first), then foreign keys: default names
// depend on that order.
function byKind(
  constraints: readonly PlacedConstraint[],
): Record<'checks' | 'keys' | 'foreignKeys', PlacedConstraint[]> {
  const kinds: Record<'checks' | 'keys' | 'foreignKeys', PlacedConstraint[]> = {
    checks: [],
    keys: [],
    foreignKeys: [],
  };
  for (const placed of constraints) {
    const { contype } = placed.constraint;
    if (contype === 'CONSTR_FOREIGN') kinds.foreignKeys.push(placed);
    else if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_NOTNULL') kinds.checks.push(placed);
    else if (contype === 'CONSTR_PRIMARY') kinds.keys.unshift(placed);
    else kinds.keys.push(placed);
  }
  return { ...kinds, keys: withoutRepeats(kinds.keys) };
}

// UNIQUE beside PRIMARY KEY over the same columns makes one index; a given name outlives a default one.
function withoutRepeats(keys: readonly PlacedConstraint[]): PlacedConstraint[] {
  const kept = new Map<string, PlacedConstraint>();
  for (const placed of keys) {
    const { constraint } = placed;
    const signature =
      constraint.contype === 'CONSTR_EXCLUSION'
        ? `exclusion ${kept.size}`
        : JSON.stringify([
            constraint.keys ? strings(constraint.keys) : [placed.column],
            strings(constraint.including),
            constraint.nulls_not_distinct ?? false,
            constraint.deferrable ?? false,
            constraint.initdeferred ?? false,
          ]);
    const first = kept.get(signature);
    if (!first) kept.set(signature, placed);
    else if (first.constraint.conname === undefined && constraint.conname !== undefined) {
      kept.set(signature, { ...first, constraint: { ...first.constraint, conname: constraint.conname } });
    }
  }
  return [...kept.values()];
}

/** Makes a table with the given columns: CREATE TABLE AS and SELECT INTO. */
export function tableFromColumns(
  database: Database,
  name: { schema: SchemaDraft; name: string },
  columns: readonly ColumnDraft[],
  definition: Definition,
): TableDraft {
  const table = newTable(name.schema, name.name, definition);
  table.columns = columns.map((column) => ({
    name: column.name,
    type: column.type,
    typeDraft: column.typeDraft,
    collation: column.collation,
    notNull: false,
    isLocal: true,
  }));
  database.addRelation(table);
  return table;
}
