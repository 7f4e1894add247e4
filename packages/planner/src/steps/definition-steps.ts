import type { Catalog, Routine, VerbatimStatement } from '@shardwright/catalog';
import { displayName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { nodeKind, parseStatements, pick, pickAll, strings, walk } from '@shardwright/sql';
import type { Step } from '../model/plan.ts';
import { routineStep, typeStep } from './foundation.ts';
import { step } from './step.ts';

interface Placed {
  readonly line: number;
  readonly step: Step;
}

/**
 * Types, functions, operators and the like, in the order in which the source defines them, which is the one order that
 * is known to work. Functions over rows of tables or views come when those are there: see {@link isOverRelations}.
 */
export function definitionSteps(catalog: Catalog): readonly Step[] {
  const relations = relationNames(catalog);
  const placed: Placed[] = [
    ...catalog.types.map((type) => ({ line: type.definition.line, step: typeStep(type) })),
    ...catalog.routines
      .filter((routine) => !isOverRelations(routine, relations))
      .map((routine) => ({ line: routine.definition.line, step: routineStep(routine, 'definitions') })),
    ...catalog.verbatim
      .filter((statement) => statement.kind === 'object')
      .flatMap((statement) => {
        const found = verbatimStep(statement);
        return found === undefined ? [] : [{ line: statement.definition.line, step: found }];
      }),
  ];
  return placed.sort((a, b) => a.line - b.line).map((one) => one.step);
}

/** Names of all tables and views, without schema. */
export function relationNames({ tables, views }: Catalog): ReadonlySet<string> {
  return new Set([...tables, ...views].map(({ name }) => name));
}

/** Whether a function cannot be made before the tables: by its arguments, its result, or a body that is parsed at once. */
export function isOverRelations(routine: Routine, relations: ReadonlySet<string>): boolean {
  const parsed = parseStatements(routine.definition.sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  const create = pick(tree, 'CreateFunctionStmt');
  if (!create) return false;
  // A body between BEGIN ATOMIC and END is parsed at once.
  if (create.sql_body !== undefined && namesRelation(create.sql_body, relations)) return true;
  const types = [
    create.returnType,
    ...pickAll(create.parameters, 'FunctionParameter').map(({ argType }) => argType),
  ];
  // `SETOF orders` and `orders.id%TYPE` too.
  return types.some((type) => strings(type?.names).some((name) => relations.has(name)));
}

function namesRelation(body: unknown, relations: ReadonlySet<string>): boolean {
  let found = false;
  walk(body, (kind, inside) => {
    if (kind === 'RangeVar' && relations.has(String(inside.relname))) found = true;
    return !found;
  });
  return found;
}

/** A statement about something outside the model; `undefined` for what belongs to other phases or databases. */
function verbatimStep(statement: VerbatimStatement): Step | undefined {
  const parsed = parseStatements(statement.definition.sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  if (tree === undefined) return undefined;
  const undo = undoOf(tree);
  if (undo === undefined) return undefined;
  const subject =
    statement.subject === undefined
      ? statement.definition.sql.replace(/\s+/g, ' ').slice(0, 60)
      : displayName(statement.subject);
  return step('definitions', subject, {
    title: nodeKind(tree)
      .replace(/Stmt$/, '')
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase(),
    apply: [statement.definition.sql],
    undo: [undo],
  });
}

const definedKinds: Readonly<Record<string, string>> = {
  OBJECT_COLLATION: 'COLLATION',
  OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
  OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
};

function undoOf(tree: Parameters<typeof nodeKind>[0]): string | undefined {
  const define = pick(tree, 'DefineStmt');
  if (define) {
    const names = strings(define.defnames);
    const qualified = names.length === 2 ? { schema: names[0] ?? '', name: names[1] ?? '' } : undefined;
    if (define.kind === 'OBJECT_OPERATOR') return dropOperator(names, define.definition);
    const kind = definedKinds[define.kind ?? ''];
    if (kind === undefined) return undefined;
    return `DROP ${kind} ${qualified ? quoteQualifiedName(qualified) : quoteIdentifier(names[0] ?? '')}`;
  }
  const server = pick(tree, 'CreateForeignServerStmt');
  if (server) return `DROP SERVER ${quoteIdentifier(server.servername ?? '')}`;
  return undefined;
}

function dropOperator(names: readonly string[], definition: readonly object[] | undefined): string {
  const argument = (side: string): string => {
    for (const element of definition ?? []) {
      const inside = pick(element as Parameters<typeof pick>[0], 'DefElem');
      if (inside?.defname?.toLowerCase() !== side) continue;
      const type = pick(inside.arg, 'TypeName');
      return strings(type?.names).map(quoteIdentifier).join('.');
    }
    return 'NONE';
  };
  const schema = names.length > 1 ? `${quoteIdentifier(names[0] ?? '')}.` : '';
  return `DROP OPERATOR ${schema}${names.at(-1) ?? ''} (${argument('leftarg')}, ${argument('rightarg')})`;
}
