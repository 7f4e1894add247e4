import {
  type AlterDomainStmt,
  type AlterEnumStmt,
  type AlterTableCmd,
  type ColumnDef,
  type CompositeTypeStmt,
  type Constraint,
  type CreateDomainStmt,
  type CreateEnumStmt,
  type CreateRangeStmt,
  type DefineStmt,
  pick,
  pickAll,
  strings,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import { type Database, rangeName, type WrittenName, writtenName } from './database.ts';
import { elementText } from './definition-elements.ts';
import type { CompositeDraft, TypeDraft } from './draft.ts';
import { chooseName } from './naming.ts';
import { duplicateObject, unknownObject } from './problem.ts';
import { resolveType } from './type-name.ts';

function addType(
  database: Database,
  name: WrittenName,
  definition: Definition,
  values: Omit<TypeDraft, 'schema' | 'name' | 'definition'>,
): TypeDraft {
  const schema = database.creationSchema(name.schema, definition);
  const existing = schema.types.get(name.name);
  // CREATE TYPE x; makes a shell that the full definition fills.
  if (existing && existing.kind !== 'shell') duplicateObject(`type "${name.name}" already exists`);
  const draft: TypeDraft = existing ?? { schema, name: name.name, definition, ...values };
  Object.assign(draft, values, { definition });
  schema.types.set(name.name, draft);
  return draft;
}

/** CREATE TYPE … AS ENUM. */
export function createEnum(database: Database, statement: CreateEnumStmt, definition: Definition): void {
  const name = writtenName(strings(statement.typeName));
  addType(database, name, definition, { kind: 'enum', labels: strings(statement.vals) });
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(database: Database, statement: AlterEnumStmt): void {
  const type = database.type(writtenName(strings(statement.typeName)));
  const labels = [...(type.labels ?? [])];
  const value = statement.newVal ?? '';
  if (statement.oldVal !== undefined) {
    const at = labels.indexOf(statement.oldVal);
    if (at < 0) unknownObject(`"${statement.oldVal}" is not an existing enum label`);
    labels[at] = value;
  } else if (labels.includes(value)) {
    if (!statement.skipIfNewValExists) duplicateObject(`enum label "${value}" already exists`);
  } else if (statement.newValNeighbor === undefined) labels.push(value);
  else {
    const at = labels.indexOf(statement.newValNeighbor);
    if (at < 0) unknownObject(`"${statement.newValNeighbor}" is not an existing enum label`);
    labels.splice(statement.newValIsAfter ? at + 1 : at, 0, value);
  }
  type.labels = labels;
}

/** CREATE TYPE … AS (…). */
export function createComposite(
  database: Database,
  statement: CompositeTypeStmt,
  definition: Definition,
): void {
  const name = rangeName(statement.typevar);
  const schema = database.creationSchema(name.schema, definition);
  if (schema.relations.has(name.name)) duplicateObject(`relation "${name.name}" already exists`);
  const attributes = pickAll(statement.coldeflist, 'ColumnDef').map((column) =>
    attribute(database, column, definition),
  );
  const type = addType(database, { schema: schema.name, name: name.name }, definition, {
    kind: 'composite',
    attributes,
  });
  database.addRelation({ relation: 'composite', schema, name: name.name, definition, type });
}

function attribute(database: Database, column: ColumnDef, definition: Definition) {
  return { name: column.colname ?? '', ...resolveType(database, column.typeName, definition) };
}

/** ALTER TYPE … ADD, DROP and ALTER ATTRIBUTE; `false` for what the model has no place for. */
export function alterComposite(
  database: Database,
  composite: CompositeDraft,
  command: AlterTableCmd,
  definition: Definition,
): boolean {
  const { type } = composite;
  const attributes = type.attributes ?? [];
  const column = pick(command.def, 'ColumnDef');
  switch (command.subtype) {
    case 'AT_AddColumn':
      if (column) type.attributes = [...attributes, attribute(database, column, definition)];
      return true;
    case 'AT_DropColumn':
      if (!command.missing_ok && !attributes.some((one) => one.name === command.name)) {
        unknownObject(`column "${command.name}" of relation "${composite.name}" does not exist`);
      }
      type.attributes = attributes.filter((one) => one.name !== command.name);
      return true;
    case 'AT_AlterColumnType':
      type.attributes = attributes.map((one) =>
        one.name === command.name && column
          ? { name: one.name, ...resolveType(database, column.typeName, definition) }
          : one,
      );
      return true;
    default:
      return false;
  }
}

/** CREATE TYPE … AS RANGE; its multirange comes along. */
export function createRange(database: Database, statement: CreateRangeStmt, definition: Definition): void {
  const name = writtenName(strings(statement.typeName));
  const options = new Map(pickAll(statement.params, 'DefElem').map((option) => [option.defname, option.arg]));
  const subtype = resolveType(database, pick(options.get('subtype'), 'TypeName'), definition);
  const type = addType(database, name, definition, { kind: 'range', subtype });
  const given = elementText(options.get('multirange_type_name'));
  const companion = given?.split('.').at(-1) ?? multirangeName(type.name);
  if (type.schema.types.has(companion)) return;
  type.schema.types.set(companion, {
    schema: type.schema,
    name: companion,
    kind: 'base',
    definition,
    companionOf: type,
  });
}

// makeMultirangeTypeName of the server: `…range…` becomes `…multirange…`, other names get `_multirange`.
function multirangeName(range: string): string {
  return range.includes('range') ? range.replace('range', 'multirange') : `${range}_multirange`;
}

/** CREATE TYPE of a base or shell type. */
export function createBaseType(database: Database, statement: DefineStmt, definition: Definition): void {
  const name = writtenName(strings(statement.defnames));
  addType(database, name, definition, { kind: statement.definition ? 'base' : 'shell' });
}

/** CREATE DOMAIN. */
export function createDomain(database: Database, statement: CreateDomainStmt, definition: Definition): void {
  const name = writtenName(strings(statement.domainname));
  const base = resolveType(database, statement.typeName, definition);
  const type = addType(database, name, definition, { kind: 'domain', base, notNull: false, checks: [] });
  for (const constraint of pickAll(statement.constraints, 'Constraint'))
    addDomainConstraint(type, constraint, definition);
}

function addDomainConstraint(type: TypeDraft, constraint: Constraint, definition: Definition): void {
  if (constraint.contype === 'CONSTR_NOTNULL') type.notNull = true;
  if (constraint.contype !== 'CONSTR_CHECK' || !constraint.raw_expr) return;
  const checks = type.checks ?? [];
  const isTaken = (name: string): boolean =>
    checks.some((check) => check.name === name) || type.schema.constraintNames.has(name);
  const name = constraint.conname ?? chooseName({ name1: type.name, label: 'check' }, isTaken);
  type.checks = [...checks, { name, expression: constraint.raw_expr, definition }];
}

/** ALTER DOMAIN; `false` for what the model has no place for (its default). */
export function alterDomain(database: Database, statement: AlterDomainStmt, definition: Definition): boolean {
  const type = database.type(writtenName(strings(statement.typeName)));
  switch (statement.subtype) {
    case 'O':
      type.notNull = true;
      return true;
    case 'N':
      type.notNull = false;
      return true;
    case 'C': {
      const constraint = pick(statement.def, 'Constraint');
      if (constraint) addDomainConstraint(type, constraint, definition);
      return true;
    }
    case 'X': {
      const rest = (type.checks ?? []).filter((check) => check.name !== statement.name);
      if (rest.length === type.checks?.length && !statement.missing_ok) {
        unknownObject(`constraint "${statement.name}" of domain "${type.name}" does not exist`);
      }
      type.checks = rest;
      return true;
    }
    case 'V':
      return true;
    default:
      return false;
  }
}
