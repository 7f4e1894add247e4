import { type AlterTableCmd, pick } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { addIdentity, collationOf, setDefault } from './column.ts';
import { setNotNull } from './constraint.ts';
import type { Database } from './database.ts';
import { elementText } from './definition-elements.ts';
import type { ColumnDraft, TableDraft } from './draft.ts';
import { dropRelation, withDependents } from './drop-relation.ts';
import { columnOf } from './index-draft.ts';
import { removeConstraintDraft } from './names-in-use.ts';
import { applyOptions } from './sequence.ts';
import { resolveType } from './type-name.ts';

interface Subject {
  readonly database: Database;
  readonly command: AlterTableCmd;
  readonly definition: Definition;
  readonly only: boolean;
}

/** The ALTER COLUMN parts of ALTER TABLE; `false` for any other part and for what the model has no place for. */
export function alterColumn(subject: Subject, table: TableDraft): boolean {
  const { database, command, definition, only } = subject;
  const change = changes[command.subtype ?? ''];
  if (!change) return false;
  const column = columnOf(table, command.name ?? '');
  change({ database, command, definition, only }, table, column);
  return true;
}

type Change = (subject: Subject, table: TableDraft, column: ColumnDraft) => void;

/** Partitions and heirs of a table, all generations, with their column of that name. */
function* descendants(table: TableDraft, name: string): Generator<ColumnDraft> {
  for (const child of [...table.partitions, ...table.inheritors]) {
    const column = child.columns.find((candidate) => candidate.name === name);
    if (column) yield column;
    yield* descendants(child, name);
  }
}

const changes: Readonly<Partial<Record<string, Change>>> = {
  AT_ColumnDefault({ database, command, definition, only }, table, column) {
    for (const one of [column, ...(only ? [] : descendants(table, column.name))]) {
      if (one.identity || one.generated) continue;
      setDefault(database, one, command.def, definition);
    }
  },
  AT_SetNotNull({ only }, table, column) {
    column.notNull = true;
    if (!only) setNotNull(table, column.name, true);
  },
  AT_DropNotNull({ only }, table, column) {
    column.notNull = false;
    if (!only) setNotNull(table, column.name, false);
    const named = table.constraints.find((one) => one.kind === 'not-null' && one.column === column);
    if (named) removeConstraintDraft(named);
  },
  AT_AlterColumnType({ database, command, definition, only }, table, column) {
    const declaration = pick(command.def, 'ColumnDef');
    const typed = resolveType(database, declaration?.typeName, definition);
    const collation = collationOf(database, declaration?.collClause, typed.type);
    for (const one of [column, ...(only ? [] : descendants(table, column.name))]) {
      one.type = typed.type;
      one.typeDraft = typed.draft;
      one.collation = collation;
    }
    // The server widens an identity column's sequence along with the column.
    const { name } = typed.type;
    const integer = name === 'int2' || name === 'int4' || name === 'int8' ? name : undefined;
    if (integer && column.identity && column.sequence) column.sequence.dataType = integer;
  },
  AT_AddIdentity({ database, command, definition }, table, column) {
    const constraint = pick(command.def, 'Constraint');
    if (constraint) addIdentity(database, table, column, constraint, definition);
  },
  AT_SetIdentity({ database, command }, _table, column) {
    const options = pick(command.def, 'List')?.items ?? [];
    for (const option of options) {
      const element = pick(option, 'DefElem');
      if (element?.defname !== 'generated') continue;
      // The grammar gives the letter's code: 'a' or 'd'.
      const letter = elementText(element.arg);
      column.identity = letter === '100' || letter === 'd' ? 'by-default' : 'always';
    }
    if (column.sequence) applyOptions(database, column.sequence, options, false);
  },
  AT_DropIdentity({ database }, _table, column) {
    column.identity = undefined;
    if (column.sequence) dropRelation(database, column.sequence, withDependents);
    column.sequence = undefined;
  },
  AT_DropExpression({ only }, table, column) {
    for (const one of [column, ...(only ? [] : descendants(table, column.name))]) one.generated = undefined;
  },
  AT_SetExpression({ command, definition, only }, table, column) {
    if (!command.def) return;
    for (const one of [column, ...(only ? [] : descendants(table, column.name))]) {
      one.generated = { kind: one.generated?.kind ?? 'stored', expression: command.def };
      one.source = definition.sql;
    }
  },
};
