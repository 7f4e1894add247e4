import {
  type CollateClause,
  type ColumnDef,
  type Constraint,
  type Node,
  pick,
  pickAll,
  strings,
  type TypeName,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { DataType } from '../model/table.ts';
import { type Database, writtenName } from './database.ts';
import type { ColumnDraft, SequenceDraft, TableDraft } from './draft.ts';
import { nextvalDefault, nextvalSequence } from './expression.ts';
import { refused } from './problem.ts';
import { addColumnSequence } from './sequence.ts';
import { builtIn, resolveType, serialType } from './type-name.ts';

/** A column as declared, with the constraints that wait for the table to be whole. */
export interface DeclaredColumn {
  readonly column: ColumnDraft;
  readonly constraints: readonly Constraint[];
}

/** Makes a column out of its declaration; sequences behind serial and identity are made at once. */
export function declareColumn(
  database: Database,
  table: TableDraft,
  declaration: ColumnDef,
  definition: Definition,
): DeclaredColumn {
  const serial = serialType(declaration.typeName);
  const typed = serial
    ? { type: builtIn(serial) }
    : resolveType(database, declaration.typeName as TypeName, definition);
  const column: ColumnDraft = {
    name: declaration.colname ?? '',
    type: typed.type,
    typeDraft: 'draft' in typed ? typed.draft : undefined,
    notNull: false,
    isLocal: true,
    collation: collationOf(database, declaration.collClause, typed.type),
  };
  if (serial) {
    column.sequence = addColumnSequence(database, table, column, { dataType: serial, definition });
    column.default = nextvalDefault;
    column.notNull = true;
  }
  const constraints = columnProperties(database, table, column, declaration.constraints, definition);
  return { column, constraints };
}

/** Applies the constraints that are properties of a column; gives back those that belong to the table. */
export function columnProperties(
  database: Database,
  table: TableDraft,
  column: ColumnDraft,
  nodes: readonly Node[] | undefined,
  definition: Definition,
): readonly Constraint[] {
  const rest: Constraint[] = [];
  for (const constraint of pickAll(nodes, 'Constraint')) {
    switch (constraint.contype) {
      case 'CONSTR_NULL':
        break;
      case 'CONSTR_NOTNULL':
        column.notNull = true;
        if (constraint.conname !== undefined) rest.push(constraint);
        break;
      case 'CONSTR_DEFAULT':
        setDefault(database, column, constraint.raw_expr, definition);
        break;
      case 'CONSTR_IDENTITY':
        addIdentity(database, table, column, constraint, definition);
        break;
      case 'CONSTR_GENERATED':
        if (constraint.raw_expr) {
          const kind = constraint.generated_kind === 'v' ? 'virtual' : 'stored';
          column.generated = { kind, expression: constraint.raw_expr };
          column.source = definition.sql;
        }
        break;
      case 'CONSTR_ATTR_DEFERRABLE':
        amendLast(rest, { deferrable: true });
        break;
      case 'CONSTR_ATTR_DEFERRED':
        amendLast(rest, { deferrable: true, initdeferred: true });
        break;
      case 'CONSTR_ATTR_NOT_DEFERRABLE':
      case 'CONSTR_ATTR_IMMEDIATE':
      case 'CONSTR_ATTR_ENFORCED':
      case 'CONSTR_ATTR_NOT_ENFORCED':
        break;
      default:
        rest.push(constraint);
    }
  }
  return rest;
}

// DEFERRABLE after a column constraint is a node of its own in the tree.
function amendLast(constraints: Constraint[], change: Partial<Constraint>): void {
  const last = constraints.pop();
  if (last) constraints.push({ ...last, ...change });
}

/** Sets or clears a column's default, and with it the sequence that feeds it. */
export function setDefault(
  database: Database,
  column: ColumnDraft,
  expression: Node | undefined,
  definition: Definition,
): void {
  if (isNull(expression) && column.type.modifiers.length === 0 && column.typeDraft?.kind !== 'domain') {
    column.default = undefined;
    column.sequence = undefined;
    return;
  }
  const name = nextvalSequence(expression);
  let sequence: SequenceDraft | undefined;
  if (name) sequence = database.sequence(name);
  column.default = expression;
  column.source = definition.sql;
  column.sequence = sequence;
}

// DEFAULT NULL is no default, unless the value is to be coerced to a length first: then the server keeps it.
function isNull(expression: Node | undefined): boolean {
  const cast = pick(expression, 'TypeCast');
  if (cast && (cast.typeName?.typmods?.length ?? 0) === 0) return isNull(cast.arg);
  return pick(expression, 'A_Const')?.isnull ?? false;
}

/** Makes a column an identity column. */
export function addIdentity(
  database: Database,
  table: TableDraft,
  column: ColumnDraft,
  constraint: Constraint,
  definition: Definition,
): void {
  if (column.identity)
    refused(`column "${column.name}" of relation "${table.name}" is already an identity column`);
  const { name } = column.type;
  column.sequence = addColumnSequence(database, table, column, {
    dataType: name === 'int2' || name === 'int4' ? name : 'int8',
    options: constraint.options,
    definition,
  });
  column.identity = constraint.generated_when === 'd' ? 'by-default' : 'always';
  column.notNull = true;
}

/** The collation a column names, unless it is the type's own. */
export function collationOf(
  database: Database,
  clause: CollateClause | undefined,
  type: DataType,
): { schema: string; name: string } | undefined {
  if (clause === undefined) return undefined;
  const { schema, name } = writtenName(strings(clause.collname));
  if (type.schema === 'pg_catalog' && name === (type.name === 'name' ? 'C' : 'default')) return undefined;
  if (schema !== undefined) return { schema, name };
  const found = database.session.searchPath.find((candidate) =>
    database.collations.has(`${candidate}.${name}`),
  );
  return { schema: found ?? 'pg_catalog', name };
}

/** A child's copy of a parent's column. */
export function inheritedColumn(column: ColumnDraft): ColumnDraft {
  const { identity: _identity, ...copy } = column;
  // Identity stays with the parent; its sequence feeds the parent only.
  if (column.identity) copy.sequence = undefined;
  return { ...copy, isLocal: false };
}
