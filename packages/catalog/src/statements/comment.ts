import { quoteIdentifier } from '@shardwright/core';
import { type CommentStmt, type Node, pick, pickAll, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type CommentDraft, type Database, printName, sqlName, writtenName } from './database.ts';
import { unknownObject } from './problem.ts';
import { findRoutine } from './routine.ts';
import { resolveType } from './type-name.ts';

/** COMMENT ON. A comment follows its object through renames and goes with it; a second one replaces the first. */
export function comment(database: Database, statement: CommentStmt, definition: Definition): void {
  const objectKind = (statement.objtype ?? '')
    .replace(/^OBJECT_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
  const kind = kindWords[objectKind] ?? objectKind;
  const subject = subjectOf(database, statement, definition);
  const text = statement.comment ?? null;
  const key = `${kind} ${subject.object()}`;
  if (text === null) database.comments.delete(key);
  else database.comments.set(key, { values: { objectKind: kind, text, definition }, ...subject });
}

const kindWords: Readonly<Record<string, string>> = {
  matview: 'materialized view',
  tabconstraint: 'constraint',
  domconstraint: 'domain constraint',
};

type Subject = Pick<CommentDraft, 'object' | 'isGone'>;

const fixed = (object: string): Subject => ({ object: () => object, isGone: () => false });

const quoted = (parts: readonly string[]): string => parts.map(quoteIdentifier).join('.');

function subjectOf(database: Database, statement: CommentStmt, definition: Definition): Subject {
  const { object } = statement;
  const parts = strings(pick(object, 'List')?.items);
  switch (statement.objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_INDEX': {
      const relation = database.relation(writtenName(parts));
      return { object: () => sqlName(relation), isGone: () => relation.dropped ?? false };
    }
    case 'OBJECT_COLUMN': {
      const relation = database.relation(writtenName(parts.slice(0, -1)));
      const columns = 'columns' in relation ? relation.columns : [];
      const column = columns.find((one) => one.name === parts.at(-1));
      if (!column && relation.relation === 'table') {
        unknownObject(`column "${parts.at(-1)}" of relation "${relation.name}" does not exist`);
      }
      return {
        object: () => `${sqlName(relation)}.${quoteIdentifier(column?.name ?? parts.at(-1) ?? '')}`,
        isGone: () =>
          (relation.dropped ?? false) ||
          (column !== undefined && relation.relation === 'table' && !relation.columns.includes(column)),
      };
    }
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
    case 'OBJECT_POLICY': {
      const target = database.target(writtenName(parts.slice(0, -1)));
      const name = parts.at(-1) ?? '';
      return {
        object: () => `${quoteIdentifier(name)} ON ${sqlName(target)}`,
        isGone: () => target.dropped ?? false,
      };
    }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_AGGREGATE':
      return routineSubject(database, object, definition);
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const { type, draft } = resolveType(database, pick(object, 'TypeName'), definition);
      return draft ? { object: () => sqlName(draft), isGone: () => draft.dropped ?? false } : fixed(type.sql);
    }
    case 'OBJECT_SCHEMA':
      database.schema(pick(object, 'String')?.sval ?? '');
      return fixed(quoteIdentifier(pick(object, 'String')?.sval ?? ''));
    default:
      return fixed(plainText(object, parts));
  }
}

function routineSubject(database: Database, object: Node | undefined, definition: Definition): Subject {
  const reference = pick(object, 'ObjectWithArgs') ?? {};
  const routine = findRoutine(database, reference, definition);
  if (!routine)
    unknownObject(`function ${printName(writtenName(strings(reference.objname)))} does not exist`);
  return {
    object: () => `${sqlName(routine)}(${routine.identity})`,
    isGone: () => routine.dropped ?? false,
  };
}

function plainText(object: Node | undefined, parts: readonly string[]): string {
  const string = pick(object, 'String');
  if (string) return quoteIdentifier(string.sval ?? '');
  const type = pick(object, 'TypeName');
  if (type) return quoted(strings(type.names));
  if (parts.length > 0) return quoted(parts);
  const types = pickAll(pick(object, 'List')?.items, 'TypeName').map((one) => quoted(strings(one.names)));
  const reference = pick(object, 'ObjectWithArgs');
  return reference ? quoted(strings(reference.objname)) : types.join(' AS ');
}
