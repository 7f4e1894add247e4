import type { Catalog, Routine } from '@shardwright/catalog';
import { parseStatements, pick, pickAll, strings, walk } from '@shardwright/sql';
import type { Step } from '../model/plan.ts';
import { routineStep, typeStep } from './foundation.ts';
import { placeOf, type VerbatimSteps } from './verbatim-steps.ts';

interface Placed {
  readonly place: number;
  readonly step: Step;
}

/**
 * Types, functions, operators and the like, in the order in which the source defines them, which is the one order that
 * is known to work. Functions over rows of tables or views come when those are there: see {@link isOverRelations}.
 */
export function definitionSteps(catalog: Catalog, verbatim: VerbatimSteps): readonly Step[] {
  const relations = relationNames(catalog);
  const placed: Placed[] = [
    ...catalog.types.map((type) => ({ place: placeOf(type), step: typeStep(type) })),
    ...catalog.routines
      .filter((routine) => !isOverRelations(routine, relations))
      .map((routine) => ({ place: placeOf(routine), step: routineStep(routine, 'definitions') })),
    ...verbatim.placed.filter((one) => one.step.phase !== 'ownership'),
  ];
  return placed.sort((a, b) => a.place - b.place).map((one) => one.step);
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
