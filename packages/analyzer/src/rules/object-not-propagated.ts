import type { Rule } from './rule.ts';
import { verbatimObjects } from './verbatim-object.ts';

/** Object that Citus does not create on workers. */
export const objectNotPropagated: Rule = {
  id: 'object-not-propagated',
  title: 'Object that Citus does not create on workers',
  effect: 'silent',
  severity: 'warning',
  explain:
    'Citus carries schemas, functions, aggregates, collations, text search configurations, enums, composites, domains, roles and extensions to the workers. Operators, operator classes and families, casts, languages, conversions, event triggers, access methods, and text search parsers and templates it does not, and says nothing. ' +
    'Queries and constraints that use them fail on the workers ("operator does not exist"); an index whose WHERE uses a user-defined operator is refused.',
  *check(subject) {
    if (!subject.catalog.tables.some((table) => subject.decisionOf(table).kind !== 'local')) return;
    for (const { kind, name, schema, line } of verbatimObjects(subject.catalog)) {
      // Collations and the rest of text search do reach the workers.
      if (kind === 'collation') continue;
      const full = schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
      yield {
        object: full,
        message: `Citus does not create the ${kind} ${full} on the workers.`,
        consequence:
          kind === 'event trigger'
            ? 'It fires on the coordinator only.'
            : 'What uses it fails on the workers, or does something else there.',
        remedy:
          'Create it on every node: SELECT run_command_on_workers($cmd$ … $cmd$); or put it into an extension.',
        automatic: true,
        line,
      };
    }
  },
};
