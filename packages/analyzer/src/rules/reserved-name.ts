import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Name that Citus uses itself. */
export const reservedName: Rule = {
  id: 'reserved-name',
  title: 'Name that Citus uses itself',
  effect: 'refused',
  severity: 'error',
  explain:
    'CREATE EXTENSION citus creates the schemas citus and citus_internal and the views citus_tables and citus_schemas in schema public.',
  *check(subject) {
    const { catalog } = subject;
    for (const schema of catalog.schemas) {
      if (schema.name !== 'citus' && schema.name !== 'citus_internal') continue;
      yield {
        object: schema.name,
        message: `Schema ${schema.name} has a name that Citus uses.`,
        consequence: 'It cannot be created where Citus is installed.',
        remedy: `ALTER SCHEMA ${schema.name} RENAME TO …;`,
        automatic: false,
        citusMessage: `schema "${schema.name}" already exists`,
        line: schema.definition.line,
      };
    }
    for (const relation of [...catalog.tables, ...catalog.views, ...catalog.sequences]) {
      if (relation.schema !== 'public') continue;
      if (relation.name !== 'citus_tables' && relation.name !== 'citus_schemas') continue;
      yield {
        table: nameOf(relation),
        message: `public.${relation.name} has the name of a view of Citus.`,
        consequence: 'It cannot be created where Citus is installed.',
        remedy: 'Rename it, or move it to another schema.',
        automatic: false,
        citusMessage: `relation "${relation.name}" already exists`,
        line: relation.definition.line,
      };
    }
  },
};
