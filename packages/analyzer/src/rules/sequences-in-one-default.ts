import { displayName, quoteIdentifier } from '@shardwright/core';
import { citusError, metadataDetail } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { alterTable, nameOf } from './wording.ts';

/** Default with two sequences. */
export const sequencesInOneDefault: Rule = {
  id: 'sequences-in-one-default',
  title: 'Default with two sequences',
  effect: 'refused',
  severity: 'error',
  explain:
    'Citus keeps one sequence per default in step over the nodes, not two. It holds for reference tables and for local tables in its metadata as well.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (!subject.isInMetadata(table)) continue;
      for (const column of table.columns) {
        const calls = column.default?.match(/\bnextval\s*\(/gi) ?? [];
        if (calls.length < 2) continue;
        const names = new Set(
          [...(column.default ?? '').matchAll(/nextval\s*\(\s*'([^']+)'/gi)].map((call) => call[1]),
        );
        // One sequence called twice is one dependency, and passes.
        if (names.size < 2) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `The default of ${displayName(table)}.${column.name} draws from ${names.size} sequences.`,
          consequence: 'Citus refuses the table.',
          remedy: `${alterTable(table)} ALTER COLUMN ${quoteIdentifier(column.name)} DROP DEFAULT; and compute the value where rows are inserted.`,
          automatic: false,
          citusMessage: citusError(
            'More than one sequence in a column default is not supported for distribution or for adding local tables to metadata',
            subject.decisionOf(table).kind === 'local' ? { detail: metadataDetail } : {},
          ),
          line: table.definition.line,
        };
      }
    }
  },
};
