import { sqlText } from '@shardwright/sql';
import type { Catalog, CatalogOrigin } from '../model/catalog.ts';
import type {
  Policy,
  Publication,
  Routine,
  Rule,
  Sequence,
  Trigger,
  TypeDefinition,
  View,
} from '../model/objects.ts';
import type { Table } from '../model/table.ts';
import { currentName, type Database } from './database.ts';
import type { RelationDraft, RoutineDraft, SequenceDraft, TypeDraft, ViewDraft } from './draft.ts';
import { freezeIndex, freezeTable } from './freeze-table.ts';

/** The finished catalog: every object under its last name, in the order of their making. */
export function freeze(database: Database, origin: CatalogOrigin): Catalog {
  const schemas = [...database.schemas.values()];
  const relations = schemas.flatMap((schema) => [...schema.relations.values()]);
  const objects = freezeRelations(relations);
  const types = schemas.flatMap((schema) => [...schema.types.values()]);
  const routines = schemas.flatMap((schema) => [...schema.routines.values()].flat());
  return {
    origin,
    schemas: schemas.map(({ name, owner, definition }) => ({
      name,
      ...(owner === undefined ? {} : { owner }),
      definition,
    })),
    ...objects,
    routines: routines.map(freezeRoutine),
    types: types.filter((type) => !type.extension && !type.companionOf).map(freezeType),
    extensions: [...database.extensions.values()],
    publications: freezePublications(database, objects.tables),
    comments: [...database.comments.values()]
      .filter((comment) => !comment.isGone())
      .map((comment) => ({ ...comment.values, object: comment.object() })),
    grants: database.grants,
    verbatim: database.verbatim,
    problems: database.problems,
  };
}

type Relations = Pick<Catalog, 'tables' | 'sequences' | 'views' | 'triggers' | 'rules' | 'policies'>;

function freezeRelations(relations: readonly RelationDraft[]): Relations {
  const tables: Table[] = [];
  const sequences: Sequence[] = [];
  const views: View[] = [];
  const triggers: Trigger[] = [];
  const rules: Rule[] = [];
  const policies: Policy[] = [];
  for (const relation of relations) {
    if (relation.relation === 'sequence') sequences.push(freezeSequence(relation));
    else if (relation.relation === 'view') views.push(freezeView(relation));
    else if (relation.relation === 'table') tables.push(freezeTable(relation));
    if (relation.relation !== 'table' && relation.relation !== 'view') continue;
    const table = currentName(relation);
    for (const {
      name,
      values,
      routine,
      function: named,
      enabled,
      definition,
    } of relation.triggers.values()) {
      const called = routine ? currentName(routine) : named;
      triggers.push({ name, table, ...values, function: called, enabled, definition });
    }
    for (const { name, values, definition } of relation.rules.values())
      rules.push({ name, table, ...values, definition });
    if (relation.relation !== 'table') continue;
    for (const { name, values, definition } of relation.policies.values()) {
      policies.push({ name, table, ...values, definition });
    }
  }
  return { tables, sequences, views, triggers, rules, policies };
}

function freezeSequence(sequence: SequenceDraft): Sequence {
  const { dataType, start, increment, minValue, maxValue, cache, cycle, ownedBy, lastValue, definition } =
    sequence;
  return {
    ...currentName(sequence),
    dataType,
    start,
    increment,
    ...(minValue === undefined ? {} : { minValue }),
    ...(maxValue === undefined ? {} : { maxValue }),
    cache,
    cycle,
    ...(ownedBy ? { ownedBy: { table: currentName(ownedBy.table), column: ownedBy.column.name } } : {}),
    ...(lastValue === undefined ? {} : { lastValue }),
    definition,
  };
}

function freezeView(view: ViewDraft): View {
  return {
    ...currentName(view),
    kind: view.kind,
    query: view.query,
    dependsOn: view.dependsOn.map(currentName),
    indexes: [...view.indexes].map(freezeIndex),
    definition: view.definition,
  };
}

function freezeRoutine(routine: RoutineDraft): Routine {
  return { ...currentName(routine), ...routine.values, definition: routine.definition };
}

function freezeType(type: TypeDraft): TypeDefinition {
  const base = { ...currentName(type), definition: type.definition };
  if (type.kind === 'enum') return { ...base, kind: 'enum', labels: type.labels ?? [] };
  if (type.kind === 'domain' && type.base) {
    const checks = (type.checks ?? []).map((check) => sqlText(check.expression, check.definition.sql));
    return { ...base, kind: 'domain', base: type.base.type, notNull: type.notNull ?? false, checks };
  }
  if (type.kind === 'composite') {
    const attributes = (type.attributes ?? []).map(({ name, type: dataType }) => ({ name, type: dataType }));
    return { ...base, kind: 'composite', attributes };
  }
  if (type.kind === 'range' && type.subtype) return { ...base, kind: 'range', subtype: type.subtype.type };
  return { ...base, kind: type.kind === 'shell' ? 'shell' : 'base' };
}

// A published schema stands for the tables it holds in the end.
function freezePublications(database: Database, tables: readonly Table[]): Publication[] {
  return [...database.publications.values()].map(
    ({ name, allTables, tables: named, schemas, definition }) => {
      const schemaNames = new Set(schemas.map((schema) => schema.name));
      const inSchemas = tables
        .filter((table) => schemaNames.has(table.schema))
        .map(({ schema, name: table }) => ({ schema, name: table }));
      return { name, allTables, tables: [...named.map(currentName), ...inSchemas], definition };
    },
  );
}
