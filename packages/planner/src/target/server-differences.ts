import type { Catalog, Column, Table } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import { deparse, parseStatements, pick, pickAll, strings, walk } from '@shardwright/sql';
import type { Change } from '../model/change.ts';

/**
 * Columns as PostgreSQL 15 to 17, where Citus 13 runs, can have them: what 18 brought is put in older words.
 */
export function forOlderServers(table: Table, changes: Change[]): Table {
  const columns = table.columns.map((column): Column => {
    if (column.generated?.kind === 'virtual') {
      changes.push(
        change(table, column, 'is computed when a row is written, not when it is read', 'PostgreSQL 18'),
      );
      return { ...column, generated: { ...column.generated, kind: 'stored' } };
    }
    const older = column.default?.replace(/\b(pg_catalog\.)?uuidv[47]\(\s*\)/g, 'gen_random_uuid()');
    if (older === undefined || older === column.default) return column;
    changes.push(
      change(table, column, 'is fed by gen_random_uuid()', 'uuidv4() and uuidv7() came with PostgreSQL 18'),
    );
    return { ...column, default: older };
  });
  return { ...table, columns };
}

function change(table: Table, column: Column, what: string, since: string): Change {
  return {
    table,
    object: column.name,
    kind: 'object-changed',
    what: `${displayName(table)}.${column.name} ${what}`,
    why: `Citus 13 runs on PostgreSQL 15 to 17 (${since})`,
  };
}

const renamedSince14 =
  /^(array_append|array_cat|array_position|array_positions|array_prepend|array_remove|array_replace|width_bucket)$/;

function forNewerServers(sql: string): string {
  const parsed = parseStatements(sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  const define = pick(tree, 'DefineStmt');
  if (tree === undefined || define?.kind !== 'OBJECT_AGGREGATE') return sql;
  const transition = pickAll(define.definition, 'DefElem').find(({ defname }) => defname === 'sfunc');
  const name = strings(pick(transition?.arg, 'TypeName')?.names).at(-1) ?? '';
  if (!renamedSince14.test(name)) return sql;
  let isChanged = false;
  walk(tree, (kind, inside) => {
    const word = kind === 'String' ? String(inside.sval) : '';
    if (word === 'anyarray' || word === 'anyelement') {
      inside.sval = word.replace('any', 'anycompatible').replace('element', '');
      isChanged = true;
    }
    return true;
  });
  return isChanged ? deparse(tree) : sql;
}

function newerArgumentTypes(types: readonly string[]): readonly string[] {
  return types.map((type) =>
    type === 'anyarray' ? 'anycompatiblearray' : type === 'anyelement' ? 'anycompatible' : type,
  );
}

/** Aggregates over those array functions that take `anycompatiblearray` since PostgreSQL 14, and what names them. */
export function catalogForNewerServers(catalog: Catalog): Catalog {
  const routines = routinesForNewerServers(catalog);
  const changed = new Set(
    routines.filter((routine, at) => routine !== catalog.routines[at]).map(({ name }) => name),
  );
  if (changed.size === 0) return catalog;
  const verbatim = catalog.verbatim.map((statement) => {
    if (!changed.has(statement.subject?.name ?? '')) return statement;
    const sql = statement.definition.sql.replaceAll(/\bany(array|element)\b/g, (word) =>
      newerArgumentTypes([word]).join(),
    );
    return { ...statement, definition: { ...statement.definition, sql } };
  });
  return { ...catalog, routines, verbatim };
}

function routinesForNewerServers({ routines }: Catalog): Catalog['routines'] {
  return routines.map((routine) => {
    const sql =
      routine.kind === 'aggregate' ? forNewerServers(routine.definition.sql) : routine.definition.sql;
    if (sql === routine.definition.sql) return routine;
    return {
      ...routine,
      argumentTypes: newerArgumentTypes(routine.argumentTypes),
      definition: { ...routine.definition, sql },
    };
  });
}
