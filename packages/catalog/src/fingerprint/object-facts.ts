import { nameKey } from '@shardwright/core';
import { pick, pickAll } from '@shardwright/sql';
import type { Catalog } from '../model/catalog.ts';
import type { Routine, TypeDefinition } from '../model/objects.ts';
import { canonicalNode, canonicalStatement, onlyTree, withoutBlanks } from './canonical-tree.ts';
import { tableFacts, textFact } from './table-facts.ts';

/** What is told of one object: absent and `undefined` are the same. */
export interface ObjectFacts {
  /** Its kind and name, for people: `column public.orders.id`. */
  readonly object: string;
  /** Names, types and flags: the same from a dump and from a server. */
  readonly shape: readonly unknown[];
  /** Expressions, queries and bodies, in whose words a script and a server differ. */
  readonly words?: readonly unknown[];
  /** A dump and a server tell of it in different ways, and only two of a kind can be compared. */
  readonly onlyLikeWithLike?: true;
}

/** Every object of a catalog with what makes it that object: no statistics, no positions, no owners. */
export function objectFacts(catalog: Catalog): readonly ObjectFacts[] {
  return [
    ...catalog.schemas.map(({ name }) => ({ object: `schema ${name}`, shape: [] })),
    ...catalog.tables.flatMap(tableFacts),
    ...catalog.sequences.map((sequence) => {
      const { dataType, increment, minValue, maxValue, cache, cycle, ownedBy } = sequence;
      return {
        object: `sequence ${nameKey(sequence)}`,
        // Where it starts and stands is the data's business.
        shape: [dataType, increment, minValue, maxValue, cache, cycle]
          .map(String)
          .concat(ownedBy ? [nameKey(ownedBy.table), ownedBy.column] : []),
      };
    }),
    ...catalog.views.map((view) => ({
      object: `${view.kind === 'materialized' ? 'materialized view' : 'view'} ${nameKey(view)}`,
      shape: [view.indexes.map((index) => index.name).sort()],
      words: [canonicalStatement(view.query)],
    })),
    ...catalog.routines.map(routineFacts),
    ...catalog.triggers.map((trigger) => ({
      object: `trigger ${trigger.name} ON ${nameKey(trigger.table)}`,
      shape: [
        trigger.timing,
        trigger.level,
        trigger.isConstraint,
        trigger.enabled,
        [...trigger.events].sort(),
        nameKey(trigger.function),
      ],
      words: [detailOf(trigger.definition.sql)],
    })),
    ...catalog.rules.map(({ name, table, event, instead, definition }) => ({
      object: `rule ${name} ON ${nameKey(table)}`,
      shape: [event, instead],
      words: [canonicalStatement(definition.sql)],
    })),
    ...catalog.policies.map(({ name, table, command, permissive, roles, using, check }) => ({
      object: `policy ${name} ON ${nameKey(table)}`,
      shape: [command, permissive, [...roles].sort()],
      words: [textFact(using), textFact(check)],
    })),
    ...catalog.types.map(typeFacts),
    // Every older database was born with plpgsql, and only dumps by older versions tell.
    ...catalog.extensions
      .filter(({ name }) => name !== 'plpgsql')
      .map(({ name }) => ({ object: `extension ${name}`, shape: [] })),
    ...catalog.publications.map(({ name, allTables, tables }) => ({
      object: `publication ${name}`,
      shape: [allTables, tables.map(nameKey).sort()],
    })),
    // Extensions bring comments of their own.
    ...catalog.comments
      .filter(({ objectKind }) => objectKind !== 'extension')
      .map(({ objectKind, object, text }) => ({
        object: `comment ON ${objectKind} ${object}`,
        shape: [text],
      })),
    ...statementFacts(catalog),
  ];
}

/** A dump grants and revokes in turn, a server tells what came of it. */
function statementFacts({ grants, verbatim }: Catalog): readonly ObjectFacts[] {
  const others = verbatim.filter(({ kind }) => kind === 'object');
  return [
    ...grants.map(({ definition }) => withoutBlanks(definition.sql)),
    ...others.map(({ definition }) => withoutBlanks(definition.sql)),
  ].map((sql) => ({ object: `statement ${shortened(sql)}`, shape: [sql], onlyLikeWithLike: true }));
}

function shortened(sql: string): string {
  return sql.length <= 100 ? sql : `${sql.slice(0, 99)}…`;
}

function routineFacts(routine: Routine): ObjectFacts {
  const { kind, argumentTypes, language, volatility, returns, definition } = routine;
  return {
    object: `${kind} ${nameKey(routine)}(${argumentTypes.join(', ')})`,
    // What an aggregate returns is its final function's business; the server drops type modifiers.
    shape: [language, volatility, kind === 'aggregate' ? undefined : returns?.replace(/\(\d+(,\d+)?\)/g, '')],
    words: [bodyOf(definition.sql)],
  };
}

/** What a function does, and with which settings; those that are told already are left out. */
function bodyOf(sql: string): unknown {
  const create = pick(onlyTree(sql), 'CreateFunctionStmt');
  if (create === undefined) return undefined;
  const options = pickAll(create.options, 'DefElem');
  const body = options.find(({ defname }) => defname === 'as');
  const lines = pickAll(pick(body?.arg, 'List')?.items, 'String').map(({ sval = '' }) => sval.trim());
  const settings = options
    .filter(({ defname = '' }) => !['as', 'language', 'volatility'].includes(defname))
    .map(({ defname, arg }) => JSON.stringify([defname, canonicalNode(arg)]))
    .sort();
  return [lines, settings, canonicalNode(create.sql_body)];
}

/** What a trigger's function is given, which columns' updates call it, and when. */
function detailOf(sql: string): unknown {
  const { args = [], columns = [], whenClause = null } = pick(onlyTree(sql), 'CreateTrigStmt') ?? {};
  return canonicalNode([args, columns, whenClause]);
}

function typeFacts(type: TypeDefinition): ObjectFacts {
  const object = `${type.kind === 'domain' ? 'domain' : 'type'} ${nameKey(type)}`;
  switch (type.kind) {
    case 'enum':
      return { object, shape: [type.kind, type.labels] };
    case 'domain':
      return {
        object,
        shape: [type.kind, type.base.sql, type.notNull],
        words: [type.checks.map((check) => JSON.stringify(textFact(check))).sort()],
      };
    case 'composite':
      return { object, shape: [type.kind, type.attributes.map(({ name, type: { sql } }) => [name, sql])] };
    case 'range':
      return { object, shape: [type.kind, type.subtype.sql] };
    case 'base':
    case 'shell':
      return { object, shape: [type.kind] };
    default:
      return type satisfies never;
  }
}
