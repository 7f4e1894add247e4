import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';

/** Key of a type whose hashing is not known. */
export const keyTypeUnknown: Rule = {
  id: 'key-type-unknown',
  title: 'Key of a type whose hashing is not known',
  effect: 'advice',
  severity: 'warning',
  explain:
    'The type comes from an extension or is a base type of this database, and a dump does not tell whether it has a default hash operator class.',
  check: (subject) =>
    keyFindings(subject, 'key-type-unknown', ({ column }) => ({
      consequence: 'If the type has none, Citus refuses to distribute the table.',
      remedy: `Ask a server that has it: SELECT 1 FROM pg_opclass WHERE opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hash') AND opcdefault AND opcintype = '${column.type.sql}'::regtype;`,
      automatic: false,
    })),
};
