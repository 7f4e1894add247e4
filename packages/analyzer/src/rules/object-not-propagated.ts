import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';

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
    for (const { node, definition, kind, subject: name } of subject.catalog.verbatim) {
      if (kind !== 'object') continue;
      const what = node === 'DefineStmt' ? definedKind(definition.sql) : unpropagated[node];
      if (what === undefined) continue;
      yield {
        ...(name === undefined ? {} : { object: displayName(name) }),
        message: `Citus does not create the ${what}${name === undefined ? '' : ` ${displayName(name)}`} on the workers.`,
        consequence:
          what === 'event trigger'
            ? 'It fires on the coordinator only.'
            : 'What uses it fails on the workers, or does something else there.',
        remedy:
          'Create it on every node: SELECT run_command_on_workers($cmd$ … $cmd$); or put it into an extension.',
        automatic: true,
        line: definition.line,
      };
    }
  },
};

const unpropagated: Readonly<Record<string, string>> = {
  CreateOpClassStmt: 'operator class',
  CreateOpFamilyStmt: 'operator family',
  CreateCastStmt: 'cast',
  CreatePLangStmt: 'language',
  CreateConversionStmt: 'conversion',
  CreateEventTrigStmt: 'event trigger',
  CreateAmStmt: 'access method',
};

function definedKind(sql: string): string | undefined {
  const words = /^\s*create\s+(operator|text\s+search\s+(?:parser|template))\b/i.exec(sql)?.[1];
  return words?.toLowerCase().replaceAll(/\s+/g, ' ');
}
