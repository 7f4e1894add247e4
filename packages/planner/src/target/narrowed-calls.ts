import type { Column, Constraint, Index, Table } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import { deparse, type Node, parseStatements, pick } from '@shardwright/sql';
import { narrowCalls, type TakesInteger } from '../ddl/narrow-calls.ts';
import type { Change } from '../model/change.ts';

/**
 * A table whose generated columns, checks and indexes give integers to the functions that take nothing else, where a
 * column became bigint; with what changes told, of the table at the top of partitions only.
 */
export function withNarrowCalls(
  table: Table,
  widened: ReadonlySet<string>,
  takesInteger: TakesInteger,
  changes: Change[],
): Table {
  if (widened.size === 0) return table;
  /** The tree with casts, or none where nothing has to be cast. */
  const narrow = (tree: Node | undefined, object: string, name: string): Node | undefined => {
    const functions = tree === undefined ? [] : narrowCalls(tree, widened, takesInteger);
    if (functions.length === 0) return undefined;
    if (!table.partitionOf) changes.push(changeOf(table, object, name, functions));
    return tree;
  };
  const expression = (sql: string, object: string, name: string): string => {
    const narrowed = narrow(expressionTree(sql), object, name);
    return narrowed === undefined ? sql : deparse(narrowed);
  };
  const column = (one: Column): Column => {
    if (one.generated === undefined) return one;
    const text = expression(one.generated.expression, one.name, `${displayName(table)}.${one.name}`);
    return { ...one, generated: { ...one.generated, expression: text } };
  };
  const nameOf = (part: string): string => `${part} of ${displayName(table)}`;
  const constraint = (one: Constraint): Constraint =>
    one.kind === 'check'
      ? { ...one, expression: expression(one.expression, one.name, nameOf(one.name)) }
      : one;
  const index = (one: Index): Index => {
    if (one.constraint !== undefined) return one;
    const narrowed = narrow(statementTree(one.definition.sql), one.name, nameOf(one.name));
    return narrowed === undefined
      ? one
      : { ...one, definition: { ...one.definition, sql: deparse(narrowed) } };
  };
  return {
    ...table,
    columns: table.columns.map(column),
    constraints: table.constraints.map(constraint),
    indexes: table.indexes.map(index),
  };
}

function changeOf(table: Table, object: string, name: string, functions: readonly string[]): Change {
  const [verb, pronoun] = functions.length === 1 ? ['takes', 'it'] : ['take', 'they'];
  return {
    table,
    object,
    kind: 'object-changed',
    what: `${name} gives ${functions.join(' and ')} integers, as ${pronoun} ${verb}`,
    why: 'the column became bigint; numbers beyond two billion, such as workers hand out, are refused there: give the function a bigint before rows are inserted through workers',
  };
}

function statementTree(sql: string): Node | undefined {
  const parsed = parseStatements(sql);
  return parsed.ok ? parsed.statements[0]?.tree : undefined;
}

function expressionTree(sql: string): Node | undefined {
  return pick(pick(statementTree(`SELECT ${sql}`), 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val;
}
