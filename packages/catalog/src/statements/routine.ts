import {
  type AlterFunctionStmt,
  type CreateFunctionStmt,
  type DefineStmt,
  type FunctionParameter,
  type Node,
  type ObjectWithArgs,
  pick,
  pickAll,
  strings,
} from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Routine } from '../model/objects.ts';
import { type Database, printName, writtenName } from './database.ts';
import { elementText } from './definition-elements.ts';
import type { RoutineDraft, SchemaDraft, TypeDraft } from './draft.ts';
import { duplicateObject, unknownObject } from './problem.ts';
import { resolveType } from './type-name.ts';

/** CREATE FUNCTION and CREATE PROCEDURE. */
export function createFunction(
  database: Database,
  statement: CreateFunctionStmt,
  definition: Definition,
): void {
  const written = writtenName(strings(statement.funcname));
  const schema = database.creationSchema(written.schema, definition);
  const parameters = pickAll(statement.parameters, 'FunctionParameter');
  const signature = readSignature(database, parameters, definition);
  const options = new Map(
    pickAll(statement.options, 'DefElem').map((option) => [option.defname, option.arg]),
  );
  const returns = returnType(database, statement, parameters, definition);
  addRoutine(
    {
      schema,
      name: written.name,
      identity: signature.types.join(', '),
      types: signature.drafts,
      definition,
      values: {
        kind: statement.is_procedure ? 'procedure' : 'function',
        argumentTypes: signature.types,
        language: elementText(options.get('language')) ?? 'sql',
        volatility: volatilityOf(elementText(options.get('volatility'))),
        ...(returns === undefined ? {} : { returns }),
      },
    },
    statement.replace ?? false,
  );
}

/** CREATE AGGREGATE. */
export function createAggregate(database: Database, statement: DefineStmt, definition: Definition): void {
  const written = writtenName(strings(statement.defnames));
  const schema = database.creationSchema(written.schema, definition);
  const parameters = pickAll(pick(statement.args?.[0], 'List')?.items, 'FunctionParameter');
  const base = pickAll(statement.definition, 'DefElem').find((element) => element.defname === 'basetype');
  const baseType = pick(base?.arg, 'TypeName');
  if (statement.oldstyle && baseType && strings(baseType.names).at(-1)?.toLowerCase() !== 'any') {
    parameters.push({ argType: baseType, mode: 'FUNC_PARAM_DEFAULT' });
  }
  const signature = readSignature(database, parameters, definition);
  addRoutine(
    {
      schema,
      name: written.name,
      identity: signature.types.join(', '),
      types: signature.drafts,
      definition,
      values: {
        kind: 'aggregate',
        argumentTypes: signature.types,
        language: 'internal',
        volatility: 'immutable',
      },
    },
    statement.replace ?? false,
  );
}

function addRoutine(routine: RoutineDraft, replace: boolean): void {
  const { schema, name } = routine;
  const overloads = schema.routines.get(name) ?? [];
  const index = overloads.findIndex((other) => other.identity === routine.identity);
  if (index >= 0) {
    const existing = overloads[index];
    if (!replace || !existing) duplicateObject(`function "${name}" already exists with same argument types`);
    // Triggers hold on to the draft, so it stays and takes the new body.
    existing.values = routine.values;
    existing.definition = routine.definition;
    return;
  }
  overloads.push(routine);
  schema.routines.set(name, overloads);
}

function readSignature(
  database: Database,
  parameters: readonly FunctionParameter[],
  definition: Definition,
): { types: string[]; drafts: TypeDraft[] } {
  const types: string[] = [];
  const drafts: TypeDraft[] = [];
  for (const parameter of parameters) {
    const typed = resolveType(database, parameter.argType, definition);
    if (typed.draft) drafts.push(typed.draft);
    if (parameter.mode === 'FUNC_PARAM_OUT' || parameter.mode === 'FUNC_PARAM_TABLE') continue;
    types.push(typed.type.sql);
  }
  return { types, drafts };
}

function returnType(
  database: Database,
  statement: CreateFunctionStmt,
  parameters: readonly FunctionParameter[],
  definition: Definition,
): string | undefined {
  const columns = parameters.filter((parameter) => parameter.mode === 'FUNC_PARAM_TABLE');
  const sqlOf = (parameter: FunctionParameter): string =>
    [parameter.name, resolveType(database, parameter.argType, definition).type.sql].filter(Boolean).join(' ');
  if (columns.length > 0) return `TABLE(${columns.map(sqlOf).join(', ')})`;
  if (statement.returnType) {
    const { sql } = resolveType(database, statement.returnType, definition).type;
    return statement.returnType.setof ? `SETOF ${sql}` : sql;
  }
  const out = parameters.filter(({ mode }) => mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_INOUT');
  if (out.length === 0 || statement.is_procedure) return undefined;
  const [only] = out;
  return out.length === 1 && only ? resolveType(database, only.argType, definition).type.sql : 'record';
}

function volatilityOf(word: string | undefined): Routine['volatility'] {
  return word === 'immutable' || word === 'stable' ? word : 'volatile';
}

/** ALTER FUNCTION as far as the model shows it: volatility. */
export function alterFunction(
  database: Database,
  statement: AlterFunctionStmt,
  definition: Definition,
): void {
  if (!statement.func) return;
  const routine = requireRoutine(database, statement.func, definition);
  for (const action of pickAll(statement.actions, 'DefElem')) {
    if (action.defname !== 'volatility') continue;
    routine.values = { ...routine.values, volatility: volatilityOf(elementText(action.arg)) };
  }
}

/** The routine an object reference means: by its argument types, or by its name alone when it is the only one. */
export function findRoutine(
  database: Database,
  object: ObjectWithArgs,
  definition: Definition,
): RoutineDraft | undefined {
  const written = writtenName(strings(object.objname));
  const schemas =
    written.schema === undefined ? [...database.visibleSchemas()] : [database.schemas.get(written.schema)];
  const overloads = schemas.flatMap(
    (schema: SchemaDraft | undefined) => schema?.routines.get(written.name) ?? [],
  );
  if (overloads.length === 0) return undefined;
  if (object.args_unspecified) return overloads[0];
  const identity = inputTypes(object).map((type) => resolveType(database, type, definition).type.sql);
  return overloads.find((routine) => routine.identity === identity.join(', '));
}

function inputTypes(object: ObjectWithArgs) {
  const parameters = pickAll(object.objfuncargs, 'FunctionParameter');
  if (parameters.length === 0) return pickAll(object.objargs, 'TypeName');
  return parameters
    .filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE')
    .flatMap((parameter) => (parameter.argType ? [parameter.argType] : []));
}

/** The same, or the server's complaint. */
export function requireRoutine(
  database: Database,
  object: ObjectWithArgs,
  definition: Definition,
): RoutineDraft {
  const name = printName(writtenName(strings(object.objname)));
  return findRoutine(database, object, definition) ?? unknownObject(`function ${name} does not exist`);
}

/** Takes a routine out of its schema. */
export function removeRoutine(routine: RoutineDraft): void {
  const rest = (routine.schema.routines.get(routine.name) ?? []).filter((other) => other !== routine);
  if (rest.length > 0) routine.schema.routines.set(routine.name, rest);
  else routine.schema.routines.delete(routine.name);
  routine.dropped = true;
}

/** Puts a routine under another name or schema. */
export function relocateRoutine(routine: RoutineDraft, schema: SchemaDraft, name: string): void {
  removeRoutine(routine);
  delete routine.dropped;
  routine.schema = schema;
  routine.name = name;
  schema.routines.set(name, [...(schema.routines.get(name) ?? []), routine]);
}

/** The object of a statement as a routine reference. */
export function routineReference(node: Node | undefined): ObjectWithArgs {
  return pick(node, 'ObjectWithArgs') ?? {};
}
