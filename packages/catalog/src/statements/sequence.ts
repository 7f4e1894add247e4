import { type AlterSeqStmt, type CreateSeqStmt, type Node, pick, pickAll, strings } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, rangeName, type WrittenName, writtenName } from './database.ts';
import { elementText } from './definition-elements.ts';
import type { ColumnDraft, SchemaDraft, SequenceDraft, TableDraft } from './draft.ts';
import { columnOf } from './index-draft.ts';
import { chooseRelationName } from './names-in-use.ts';

/** CREATE SEQUENCE. */
export function createSequence(database: Database, statement: CreateSeqStmt, definition: Definition): void {
  const name = rangeName(statement.sequence);
  const schema = database.creationSchema(name.schema, definition);
  if (statement.if_not_exists && schema.relations.has(name.name)) return;
  addSequence(database, { schema, name: name.name }, statement.options, definition);
}

/** Makes a sequence with the options of CREATE SEQUENCE. */
function addSequence(
  database: Database,
  name: { schema: SchemaDraft; name: string },
  options: readonly Node[] | undefined,
  definition: Definition,
): SequenceDraft {
  const sequence: SequenceDraft = {
    relation: 'sequence',
    ...name,
    definition,
    dataType: 'int8',
    start: '1',
    increment: '1',
    cache: '1',
    cycle: false,
  };
  database.addRelation(sequence);
  applyOptions(database, sequence, options, true);
  return sequence;
}

/** ALTER SEQUENCE. */
export function alterSequence(database: Database, statement: AlterSeqStmt): void {
  const name = rangeName(statement.sequence);
  if (statement.missing_ok && !database.findRelation(name)) return;
  applyOptions(database, database.sequence(name), statement.options, false);
}

/** Changes a sequence by the options of CREATE, ALTER SEQUENCE or ALTER COLUMN … SET GENERATED. */
export function applyOptions(
  database: Database,
  sequence: SequenceDraft,
  options: readonly Node[] | undefined,
  isNew: boolean,
): void {
  let start: string | undefined;
  for (const option of pickAll(options, 'DefElem')) {
    const value = elementText(option.arg);
    switch (option.defname) {
      case 'as':
        sequence.dataType = integerType(strings(pick(option.arg, 'TypeName')?.names).at(-1));
        break;
      case 'start':
        start = value ?? '1';
        break;
      case 'increment':
        sequence.increment = value ?? '1';
        break;
      case 'minvalue':
        sequence.minValue = value;
        break;
      case 'maxvalue':
        sequence.maxValue = value;
        break;
      case 'cache':
        sequence.cache = value ?? '1';
        break;
      case 'cycle':
        sequence.cycle = value === 'true';
        break;
      case 'restart':
        sequence.lastValue = value ?? sequence.start;
        break;
      case 'owned_by':
        setOwner(database, sequence, strings(pick(option.arg, 'List')?.items));
        break;
      default:
        break;
    }
  }
  if (start !== undefined) sequence.start = start;
  else if (isNew) sequence.start = defaultStart(sequence);
}

// An ascending sequence starts at its smallest value, a descending one at its largest.
function defaultStart(sequence: SequenceDraft): string {
  if (sequence.increment.startsWith('-')) return sequence.maxValue ?? '-1';
  return sequence.minValue ?? '1';
}

function integerType(name: string | undefined): 'int2' | 'int4' | 'int8' {
  return name === 'int2' || name === 'int4' ? name : 'int8';
}

function setOwner(database: Database, sequence: SequenceDraft, parts: readonly string[]): void {
  if (parts.length === 1) {
    ownSequence(sequence, undefined);
    return;
  }
  const table = database.table(writtenName(parts.slice(0, -1)));
  ownSequence(sequence, { table, column: columnOf(table, parts.at(-1) ?? '') });
}

/** Ties a sequence to a column, or to none: it goes when the column goes. */
function ownSequence(sequence: SequenceDraft, owner: SequenceDraft['ownedBy']): void {
  sequence.ownedBy?.table.ownedSequences.delete(sequence);
  sequence.ownedBy = owner;
  owner?.table.ownedSequences.add(sequence);
}

/** Makes the sequence of a serial or identity column, named by the server's rule or by the statement. */
export function addColumnSequence(
  database: Database,
  table: TableDraft,
  column: ColumnDraft,
  settings: {
    readonly dataType: 'int2' | 'int4' | 'int8';
    readonly options?: readonly Node[] | undefined;
    readonly definition: Definition;
  },
): SequenceDraft {
  const { dataType, options, definition } = settings;
  const given = givenName(options);
  const schema =
    given?.schema === undefined ? table.schema : database.creationSchema(given.schema, definition);
  const name =
    given?.name ?? chooseRelationName(schema, { name1: table.name, name2: column.name, label: 'seq' }, false);
  const others = options?.filter((option) => pick(option, 'DefElem')?.defname !== 'sequence_name');
  const sequence = addSequence(database, { schema, name }, others, definition);
  sequence.dataType = dataType;
  ownSequence(sequence, { table, column });
  return sequence;
}

function givenName(options: readonly Node[] | undefined): WrittenName | undefined {
  const element = pickAll(options, 'DefElem').find((option) => option.defname === 'sequence_name');
  return element && writtenName(strings(pick(element.arg, 'List')?.items));
}
