import { type DropStmt, type Node, type ObjectWithArgs, pick, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, printName, type WrittenName, writtenName } from './database.ts';
import type { RelationDraft, RoutineDraft, SchemaDraft, TypeDraft } from './draft.ts';
import { type DropMode, dropColumn, dropRelation, isTarget } from './drop-relation.ts';
import { refused, unknownObject } from './problem.ts';
import { findRoutine, removeRoutine } from './routine.ts';

/** DROP of anything the model holds; `false` when the model does not hold that kind of object. */
export function dropObjects(database: Database, statement: DropStmt, definition: Definition): boolean {
  const cascade = statement.behavior === 'DROP_CASCADE';
  const missingOk = statement.missing_ok ?? false;
  const found: unknown[] = [];
  const drop = dropperOf(database, statement.removeType, definition);
  if (!drop) return false;
  for (const object of statement.objects ?? []) {
    const draft = drop.find(object, missingOk);
    if (draft !== undefined) found.push(draft);
  }
  const mode: DropMode = {
    cascade,
    together: new Set(found.filter((one) => typeof one === 'object' && one !== null)),
  };
  for (const draft of found) drop.remove(draft, mode);
  return true;
}

interface Dropper {
  find(object: Node, missingOk: boolean): unknown;
  remove(draft: unknown, mode: DropMode): void;
}

// Ties the two halves of a dropper to one type of draft.
function dropper<T>(
  find: (object: Node, missingOk: boolean) => T | undefined,
  remove: (draft: T, mode: DropMode) => void,
): Dropper {
  return { find, remove: (draft, mode) => remove(draft as T, mode) };
}

function dropperOf(
  database: Database,
  type: DropStmt['removeType'],
  definition: Definition,
): Dropper | undefined {
  switch (type) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX':
      return dropper<RelationDraft>(
        (object, missingOk) => findRelation(database, object, type, missingOk),
        (relation, mode) => dropRelation(database, relation, mode),
      );
    case 'OBJECT_SCHEMA':
      return dropper<SchemaDraft>(
        (object, missingOk) => {
          const name = pick(object, 'String')?.sval ?? '';
          return missingOk ? database.schemas.get(name) : database.schema(name);
        },
        (schema, mode) => dropSchema(database, schema, mode.cascade),
      );
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return dropper<TypeDraft>(
        (object, missingOk) => {
          const name = writtenName(strings(pick(object, 'TypeName')?.names));
          return missingOk ? database.findType(name) : database.type(name);
        },
        (draft, mode) => dropType(database, draft, mode.cascade),
      );
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return dropper<RoutineDraft>(
        (object, missingOk) =>
          findRoutineToDrop(database, pick(object, 'ObjectWithArgs'), missingOk, definition),
        (routine, mode) => dropRoutine(database, routine, mode.cascade),
      );
    case 'OBJECT_EXTENSION':
      return dropper<string>(
        (object, missingOk) => nameIn(database.extensions, object, missingOk, 'extension'),
        (name, mode) => dropExtension(database, name, mode.cascade),
      );
    case 'OBJECT_PUBLICATION':
      return dropper<string>(
        (object, missingOk) => nameIn(database.publications, object, missingOk, 'publication'),
        (name) => database.publications.delete(name),
      );
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
    case 'OBJECT_POLICY':
      return dropper<() => void>(
        (object, missingOk) => findAttached(database, strings(pick(object, 'List')?.items), type, missingOk),
        (remove) => remove(),
      );
    default:
      return undefined;
  }
}

const relationWords = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_INDEX: 'index',
} as const;

function findRelation(
  database: Database,
  object: Node,
  type: keyof typeof relationWords,
  missingOk: boolean,
): RelationDraft | undefined {
  const name = writtenName(strings(pick(object, 'List')?.items));
  const word = relationWords[type];
  const relation = database.findRelation(name);
  if (!relation) return missingOk ? undefined : unknownObject(`${word} "${printName(name)}" does not exist`);
  if (wordOf(relation) !== word) refused(`"${name.name}" is not a ${word}`);
  return relation;
}

function wordOf(relation: RelationDraft): string {
  if (relation.relation === 'view') return relation.kind === 'view' ? 'view' : 'materialized view';
  if (relation.relation === 'table') return relation.kind === 'foreign' ? 'foreign table' : 'table';
  return relation.relation;
}

function nameIn(
  map: ReadonlyMap<string, unknown>,
  object: Node,
  missingOk: boolean,
  word: string,
): string | undefined {
  const name = pick(object, 'String')?.sval ?? '';
  if (map.has(name)) return name;
  return missingOk ? undefined : unknownObject(`${word} "${name}" does not exist`);
}

function findAttached(
  database: Database,
  parts: readonly string[],
  type: 'OBJECT_TRIGGER' | 'OBJECT_RULE' | 'OBJECT_POLICY',
  missingOk: boolean,
): (() => void) | undefined {
  const name = parts.at(-1) ?? '';
  const tableName: WrittenName = writtenName(parts.slice(0, -1));
  if (missingOk && !database.findRelation(tableName)) return undefined;
  const target = database.target(tableName);
  const kinds = {
    OBJECT_TRIGGER: { word: 'trigger', map: target.triggers },
    OBJECT_RULE: { word: 'rule', map: target.rules },
    OBJECT_POLICY: {
      word: 'policy',
      map: target.relation === 'table' ? target.policies : new Map<string, never>(),
    },
  } as const;
  const { word, map } = kinds[type];
  if (map.has(name)) return () => map.delete(name);
  return missingOk ? undefined : unknownObject(`${word} "${name}" for table "${target.name}" does not exist`);
}

function dropSchema(database: Database, schema: SchemaDraft, cascade: boolean): void {
  const isEmpty = schema.relations.size + schema.types.size + schema.routines.size === 0;
  if (!cascade && !isEmpty) refused(`cannot drop schema ${schema.name} because other objects depend on it`);
  const mode: DropMode = { cascade: true, together: new Set(schema.relations.values()) };
  for (const relation of [...schema.relations.values()])
    if (isTarget(relation)) dropRelation(database, relation, mode);
  for (const relation of [...schema.relations.values()]) dropRelation(database, relation, mode);
  for (const type of [...schema.types.values()]) dropType(database, type, true);
  for (const routine of [...schema.routines.values()].flat()) dropRoutine(database, routine, true);
  database.schemas.delete(schema.name);
}

/** Drops a type; columns, domains and routines that use it go with CASCADE only. */
function dropType(database: Database, type: TypeDraft, cascade: boolean): void {
  if (type.dropped) return;
  for (const schema of database.schemas.values()) {
    for (const table of schema.relations.values()) {
      if (table.relation !== 'table') continue;
      for (const column of table.columns.filter((candidate) => candidate.typeDraft === type)) {
        if (!cascade) refused(`cannot drop type ${type.name} because other objects depend on it`);
        dropColumn(database, table, column, true);
      }
    }
    for (const routine of [...schema.routines.values()].flat()) {
      if (!routine.types.includes(type)) continue;
      if (!cascade) refused(`cannot drop type ${type.name} because other objects depend on it`);
      dropRoutine(database, routine, true);
    }
    for (const other of [...schema.types.values()]) {
      if (other.companionOf === type) removeType(other);
      else if (other.base?.draft === type) {
        if (!cascade) refused(`cannot drop type ${type.name} because other objects depend on it`);
        dropType(database, other, true);
      }
    }
  }
  removeType(type);
}

function removeType(type: TypeDraft): void {
  type.dropped = true;
  type.schema.types.delete(type.name);
  if (type.kind === 'composite') type.schema.relations.delete(type.name);
}

function findRoutineToDrop(
  database: Database,
  object: ObjectWithArgs | undefined,
  missingOk: boolean,
  definition: Definition,
): RoutineDraft | undefined {
  if (!object) return undefined;
  const routine = findRoutine(database, object, definition);
  if (routine || missingOk) return routine;
  return unknownObject(`function ${printName(writtenName(strings(object.objname)))} does not exist`);
}

function dropRoutine(database: Database, routine: RoutineDraft, cascade: boolean): void {
  if (routine.dropped) return;
  for (const schema of database.schemas.values()) {
    for (const relation of schema.relations.values()) {
      if (!isTarget(relation)) continue;
      for (const trigger of [...relation.triggers.values()]) {
        if (trigger.routine !== routine) continue;
        if (!cascade) refused(`cannot drop function ${routine.name} because other objects depend on it`);
        relation.triggers.delete(trigger.name);
      }
    }
  }
  removeRoutine(routine);
}

function dropExtension(database: Database, name: string, cascade: boolean): void {
  for (const schema of database.schemas.values()) {
    for (const type of [...schema.types.values()])
      if (type.extension === name) dropType(database, type, cascade);
  }
  database.extensions.delete(name);
}
