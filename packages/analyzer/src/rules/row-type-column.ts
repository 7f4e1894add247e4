import { displayName } from '@shardwright/core';
import { citusError, metadataDetail } from './citus-message.ts';
import { keyOf } from './object-key.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Column of a table's row type. */
export const rowTypeColumn: Rule = {
  id: 'row-type-column',
  title: "Column of a table's row type",
  effect: 'refused',
  severity: 'error',
  explain:
    'Each table is a type too. A column of such a type makes its table depend on the other table, which Citus does not distribute by itself.',
  *check(subject) {
    for (const table of subject.catalog.tables) {
      if (!subject.isInMetadata(table)) continue;
      for (const column of table.columns) {
        if (column.type.schema === 'pg_catalog') continue;
        const other = subject.tables.get(keyOf(column.type));
        if (other === undefined || subject.isInMetadata(other)) continue;
        yield {
          table: nameOf(table),
          object: column.name,
          message: `${displayName(table)}.${column.name} holds rows of ${displayName(other)}, which stays local.`,
          consequence: 'Citus refuses the table.',
          remedy: `CREATE TYPE … AS (…) with the same attributes, and use it instead; or store the row as jsonb.`,
          automatic: false,
          citusMessage: citusError(
            `"table ${displayName(table)}" has dependency to "table ${displayName(other)}" that is not in Citus' metadata`,
            {
              ...(subject.decisionOf(table).kind === 'local' ? { detail: metadataDetail } : {}),
              hint: `Distribute "table ${displayName(other)}" first to distribute "table ${displayName(table)}"`,
            },
          ),
          line: table.definition.line,
        };
      }
    }
  },
};
