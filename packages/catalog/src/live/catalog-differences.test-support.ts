import { nameKey } from '@shardwright/core';
import { deparse, parseStatements } from '@shardwright/sql';
import type { Catalog } from '../model/catalog.ts';
import type { Constraint, Index, Table } from '../model/table.ts';

/** What two catalogs are compared by. */
export interface ComparisonOptions {
  /** Expressions too, as the parser prints them: for texts that the server itself wrote. */
  readonly withExpressions: boolean;
}

/**
 * What differs between the catalog built from a dump and the one read from the database it was loaded into:
 * one line for each object that only one has, or that the two have differently. Empty when they agree.
 */
export function catalogDifferences(
  built: Catalog,
  live: Catalog,
  options: ComparisonOptions,
): readonly string[] {
  const left = objectsOf(built, options);
  const right = objectsOf(live, options);
  const lines: string[] = [];
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined) lines.push(`only built: ${key} ${value}`);
    else if (other !== value) lines.push(`${key}\n  built ${value}\n  live  ${other}`);
  }
  for (const [key, value] of right) if (!left.has(key)) lines.push(`only live: ${key} ${value}`);
  return lines.sort();
}

function objectsOf(catalog: Catalog, { withExpressions }: ComparisonOptions): Map<string, string> {
  const objects = new Map<string, string>();
  const add = (key: string, value: unknown = {}): void => {
    // Absent and undefined are the same.
    objects.set(key, JSON.stringify(value));
  };
  const text = (sql: string | undefined): string | undefined =>
    sql === undefined ? undefined : withExpressions ? canonicalExpression(sql) : 'an expression';
  for (const { name } of catalog.schemas) add(`schema ${name}`);
  for (const table of catalog.tables) addTable(table, add, text);
  for (const sequence of catalog.sequences) {
    const { dataType, increment, minValue, maxValue, cache, cycle, ownedBy } = sequence;
    add(`sequence ${nameKey(sequence)}`, {
      // Where it starts and stands is the data's business: INSERTs move it.
      ...{ dataType, increment, minValue, maxValue, cache, cycle },
      ownedBy: ownedBy && `${nameKey(ownedBy.table)} ${ownedBy.column}`,
    });
  }
  for (const view of catalog.views) {
    const { kind, dependsOn, indexes } = view;
    add(`view ${nameKey(view)}`, {
      kind,
      dependsOn: dependsOn.map(nameKey).sort(),
      indexes: indexes.map((index) => [index.name, indexValue(index, text)]).sort(),
    });
  }
  for (const routine of catalog.routines) {
    const { kind, argumentTypes, language, volatility, returns } = routine;
    add(`routine ${nameKey(routine)}(${argumentTypes.join(', ')})`, {
      kind,
      language,
      volatility,
      // What an aggregate returns is its final function's business; the server drops type modifiers.
      returns: kind === 'aggregate' ? undefined : withoutModifiers(returns),
    });
  }
  for (const trigger of catalog.triggers) {
    const { name, table, timing, events, level, isConstraint, enabled } = trigger;
    add(`trigger ${name} ON ${nameKey(table)}`, {
      ...{ timing, level, isConstraint, enabled },
      events: [...events].sort(),
      function: nameKey(trigger.function),
    });
  }
  for (const { name, table, event, instead } of catalog.rules)
    add(`rule ${name} ON ${nameKey(table)}`, { event, instead });
  for (const policy of catalog.policies) {
    const { name, table, command, permissive, roles, hasSubquery, using, check } = policy;
    add(`policy ${name} ON ${nameKey(table)}`, {
      ...{ command, permissive, hasSubquery },
      roles: [...roles].sort(),
      using: text(using),
      check: text(check),
    });
  }
  for (const type of catalog.types) addType(type, add, text);
  // Every older database was born with plpgsql, and only dumps by older versions tell.
  for (const { name } of catalog.extensions) if (name !== 'plpgsql') add(`extension ${name}`);
  for (const { name, allTables, tables } of catalog.publications)
    add(`publication ${name}`, { allTables, tables: tables.map(nameKey).sort() });
  // Extensions bring comments of their own.
  for (const { objectKind, object, text: comment } of catalog.comments)
    if (objectKind !== 'extension') add(`comment ON ${objectKind} ${object}`, { comment });
  return objects;
}

type Add = (key: string, value?: unknown) => void;
type Text = (sql: string | undefined) => string | undefined;

function addTable(table: Table, add: Add, text: Text): void {
  const name = nameKey(table);
  const { kind, persistence, rowSecurity, replicaIdentity, tablespace, partitionKey, partitionOf } = table;
  add(`table ${name}`, {
    ...{ kind, persistence, rowSecurity, replicaIdentity, tablespace },
    options: [...table.options].sort(),
    inherits: table.inherits.map(nameKey),
    partitionKey: partitionKey && {
      strategy: partitionKey.strategy,
      keys: partitionKey.keys.map(({ column, expression }) => [column, text(expression)]),
    },
    partitionOf: partitionOf && [
      nameKey(partitionOf.parent),
      text(partitionOf.bound) === partitionOf.bound ? partitionOf.bound : partitionOf.bound.slice(0, 7),
    ],
    columns: table.columns.map(({ name: column }) => column),
  });
  for (const column of table.columns) {
    const { name: columnName, type, notNull, sequence, identity, generated, collation } = column;
    add(`column ${name}.${columnName}`, {
      // The server forgets how many dimensions were declared, and that numeric(38) was without a scale.
      type: [
        type.schema,
        type.name,
        type.name === 'numeric' ? [] : type.modifiers,
        type.arrayDimensions > 0,
        type.sql,
      ],
      ...{ notNull, identity },
      sequence: sequence && nameKey(sequence),
      // Kept by the server where a type modifier makes it a cast.
      default: column.default?.startsWith('NULL') ? undefined : text(column.default),
      generated: generated && [generated.kind, text(generated.expression)],
      collation: collation && nameKey(collation),
    });
  }
  for (const constraint of table.constraints) {
    // Servers since 18 name them all, and only dumps by those tell.
    if (constraint.kind === 'not-null') continue;
    add(`constraint ${constraint.name} ON ${name}`, constraintValue(constraint, text));
  }
  for (const index of table.indexes) add(`index ${name} ${index.name}`, indexValue(index, text));
}

function constraintValue(constraint: Constraint, text: Text): unknown {
  const { definition: _definition, ...value } = constraint;
  switch (value.kind) {
    case 'check':
      return { ...sorted(value), expression: text(value.expression) };
    case 'exclusion':
      return sorted({
        ...value,
        predicate: text(value.predicate),
        elements: value.elements.map(({ column, expression, operator }) => [
          column,
          text(expression),
          operator,
        ]),
      });
    case 'foreign-key':
      return sorted({ ...value, references: nameKey(value.references) });
    default:
      return sorted(value);
  }
}

function indexValue(index: Index, text: Text): unknown {
  const { definition: _definition, ...value } = index;
  return sorted({
    ...value,
    predicate: text(value.predicate),
    keys: value.keys.map(({ column, expression, operatorClass, collation }) => [
      column,
      text(expression),
      operatorClass,
      collation,
    ]),
  });
}

function addType(type: Catalog['types'][number], add: Add, text: Text): void {
  const { definition: _definition, ...value } = type;
  const key = `type ${nameKey(type)}`;
  if (value.kind === 'domain') add(key, sorted({ ...value, checks: value.checks.map(text).sort() }));
  else add(key, sorted(value));
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * An expression as the parser prints it, without casts: brackets, blanks, and how a version of the server casts
 * the elements of an array do not count.
 */
function canonicalExpression(sql: string): string {
  const parsed = parseStatements(`SELECT ${sql}`);
  const [statement] = parsed.ok ? parsed.statements : [];
  return statement === undefined ? sql : deparse(withoutCasts(statement.tree)).replace(/^SELECT\s+/, '');
}

function withoutCasts<Tree>(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(withoutCasts) as Tree;
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('TypeCast' in tree) return withoutCasts((tree.TypeCast as { readonly arg: Tree }).arg);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withoutCasts(value)])) as Tree;
}

function withoutModifiers(type: string | undefined): string | undefined {
  return type?.replace(/\(\d+(,\d+)?\)/g, '');
}
