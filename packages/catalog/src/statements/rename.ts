import { type AlterObjectSchemaStmt, type Node, pick, type RenameStmt, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, rangeName, writtenName } from './database.ts';
import type { RelationDraft, TableDraft, TargetDraft } from './draft.ts';
import { renameColumn as renameInExpression } from './expression.ts';
import { columnOf, renameInIndexes } from './index-draft.ts';
import { countName, renameConstraintDraft } from './names-in-use.ts';
import { duplicateObject, refused, unknownObject } from './problem.ts';
import { relocateRoutine, requireRoutine, routineReference } from './routine.ts';

/** ALTER … RENAME; `false` when the model does not hold that kind of object. */
export function rename(database: Database, statement: RenameStmt, definition: Definition): boolean {
  const newName = statement.newname ?? '';
  const oldName = statement.subname ?? '';
  const range = rangeName(statement.relation);
  if (statement.relation && statement.missing_ok && !database.findRelation(range)) return true;
  switch (statement.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX':
      renameRelation(database, database.relation(range), newName);
      return true;
    case 'OBJECT_COLUMN':
      renameColumn(database.target(range), oldName, newName);
      return true;
    case 'OBJECT_ATTRIBUTE': {
      const attribute = database.type(range).attributes?.find((one) => one.name === oldName);
      if (!attribute) return unknownObject(`attribute "${oldName}" of type "${range.name}" does not exist`);
      attribute.name = newName;
      return true;
    }
    case 'OBJECT_TABCONSTRAINT':
      renameConstraint(database, database.table(range), oldName, newName);
      return true;
    case 'OBJECT_TRIGGER':
      renameKey(
        database.target(range).triggers,
        oldName,
        newName,
        `trigger "${oldName}" for table "${range.name}"`,
      );
      return true;
    case 'OBJECT_RULE':
      renameKey(
        database.target(range).rules,
        oldName,
        newName,
        `rule "${oldName}" for relation "${range.name}"`,
      );
      return true;
    case 'OBJECT_POLICY':
      renameKey(
        database.table(range).policies,
        oldName,
        newName,
        `policy "${oldName}" for table "${range.name}"`,
      );
      return true;
    case 'OBJECT_SCHEMA': {
      const schema = database.schema(oldName);
      if (database.schemas.has(newName)) duplicateObject(`schema "${newName}" already exists`);
      database.schemas.delete(oldName);
      schema.name = newName;
      database.schemas.set(newName, schema);
      return true;
    }
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      renameType(database, strings(pick(statement.object, 'List')?.items), newName);
      return true;
    case 'OBJECT_DOMCONSTRAINT': {
      const type = database.type(writtenName(strings(pick(statement.object, 'List')?.items)));
      const check = type.checks?.find((one) => one.name === oldName);
      if (check) check.name = newName;
      return true;
    }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const routine = requireRoutine(database, routineReference(statement.object), definition);
      relocateRoutine(routine, routine.schema, newName);
      return true;
    }
    case 'OBJECT_PUBLICATION':
      renameKey(database.publications, pick(statement.object, 'String')?.sval ?? '', newName, 'publication');
      return true;
    default:
      return false;
  }
}

function renameRelation(database: Database, relation: RelationDraft, name: string): void {
  database.renameRelation(relation, name);
  // An index and its constraint are one thing under two names.
  if (relation.relation === 'index' && relation.constraint) renameConstraintDraft(relation.constraint, name);
  if (relation.relation === 'composite') renameInTypes(relation.type, name);
}

function renameInTypes(type: { schema: { types: Map<string, unknown> }; name: string }, name: string): void {
  type.schema.types.delete(type.name);
  type.name = name;
  type.schema.types.set(name, type);
}

function renameType(database: Database, parts: readonly string[], name: string): void {
  const type = database.type(writtenName(parts));
  if (type.schema.types.has(name)) duplicateObject(`type "${name}" already exists`);
  if (type.kind === 'composite') {
    const relation = type.schema.relations.get(type.name);
    if (relation) database.renameRelation(relation, name);
  }
  renameInTypes(type, name);
}

/** ALTER TABLE … RENAME COLUMN: expressions over the table follow, partitions and heirs too. */
function renameColumn(target: TargetDraft, from: string, to: string): void {
  const column = columnOf(target, from);
  if (target.columns.some((other) => other.name === to)) {
    duplicateObject(`column "${to}" of relation "${target.name}" already exists`);
  }
  column.name = to;
  renameInIndexes(target, from, to);
  if (target.relation !== 'table') return;
  renameInTable(target, from, to);
  for (const child of [...target.partitions, ...target.inheritors]) {
    if (child.columns.some((other) => other.name === from)) renameColumn(child, from, to);
  }
}

function renameInTable(table: TableDraft, from: string, to: string): void {
  for (const constraint of table.constraints) {
    if (constraint.kind === 'check')
      constraint.expression = renameInExpression(constraint.expression, from, to);
  }
  for (const column of table.columns) {
    if (!column.generated) continue;
    column.generated = {
      ...column.generated,
      expression: renameInExpression(column.generated.expression, from, to),
    };
  }
  for (const key of table.partitionKey?.keys ?? []) {
    if (key.expression) key.expression = renameInExpression(key.expression, from, to);
  }
}

function renameConstraint(database: Database, table: TableDraft, from: string, to: string): void {
  const constraint = table.constraints.find((one) => one.name === from);
  if (!constraint) unknownObject(`constraint "${from}" for table "${table.name}" does not exist`);
  if (constraint.parent?.kind === 'check') refused(`cannot rename inherited constraint "${from}"`);
  if (table.constraints.some((one) => one.name === to)) {
    duplicateObject(`constraint "${to}" for relation "${table.name}" already exists`);
  }
  if ('index' in constraint) database.renameRelation(constraint.index, to);
  renameConstraintDraft(constraint, to);
  if (constraint.kind !== 'check') return;
  for (const child of constraint.children) renameConstraintDraft(child, to);
}

function renameKey<T extends { name: string }>(
  map: Map<string, T>,
  from: string,
  to: string,
  what: string,
): void {
  const value = map.get(from);
  if (!value) unknownObject(`${what} does not exist`);
  map.delete(from);
  value.name = to;
  map.set(to, value);
}

/** ALTER … SET SCHEMA; `false` when the model does not hold that kind of object. */
export function setSchema(
  database: Database,
  statement: AlterObjectSchemaStmt,
  definition: Definition,
): boolean {
  const range = rangeName(statement.relation);
  if (statement.relation && statement.missing_ok && !database.findRelation(range)) return true;
  const schema = database.schema(statement.newschema ?? '');
  switch (statement.objectType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
      moveRelation(database, database.relation(range), schema.name);
      return true;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const type = database.type(writtenName(objectParts(statement.object)));
      const relation = type.kind === 'composite' ? type.schema.relations.get(type.name) : undefined;
      if (relation) database.moveRelation(relation, schema);
      type.schema.types.delete(type.name);
      type.schema = schema;
      schema.types.set(type.name, type);
      return true;
    }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE': {
      const routine = requireRoutine(database, routineReference(statement.object), definition);
      relocateRoutine(routine, schema, routine.name);
      return true;
    }
    case 'OBJECT_EXTENSION': {
      const name = pick(statement.object, 'String')?.sval ?? '';
      const extension = database.extensions.get(name);
      if (!extension) return unknownObject(`extension "${name}" does not exist`);
      database.extensions.set(name, { ...extension, schema: schema.name });
      for (const from of database.schemas.values()) {
        for (const type of [...from.types.values()]) {
          if (type.extension !== name) continue;
          from.types.delete(type.name);
          type.schema = schema;
          schema.types.set(type.name, type);
        }
      }
      return true;
    }
    default:
      return false;
  }
}

function objectParts(node: Node | undefined): string[] {
  return strings(pick(node, 'List')?.items);
}

function moveRelation(database: Database, relation: RelationDraft, schemaName: string): void {
  const schema = database.schema(schemaName);
  const from = relation.schema;
  for (const part of partsOf(relation)) {
    if (schema !== from && schema.relations.has(part.name)) {
      duplicateObject(`relation "${part.name}" already exists in schema "${schema.name}"`);
    }
  }
  for (const part of partsOf(relation)) database.moveRelation(part, schema);
  if (relation.relation !== 'table') return;
  for (const constraint of relation.constraints) {
    countName(from, constraint.name, -1);
    countName(schema, constraint.name, 1);
  }
}

// What moves along: indexes, and sequences the table owns.
function partsOf(relation: RelationDraft): RelationDraft[] {
  if (relation.relation === 'table') return [relation, ...relation.indexes, ...relation.ownedSequences];
  return relation.relation === 'view' ? [relation, ...relation.indexes] : [relation];
}
