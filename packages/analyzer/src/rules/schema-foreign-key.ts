import { displayName, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { foreignKeyFindings } from './foreign-key-findings.ts';
import type { Rule } from './rule.ts';
import { dropConstraint } from './wording.ts';

/** Foreign key that leaves or enters a distributed schema. */
export const schemaForeignKey: Rule = {
  id: 'schema-foreign-key',
  title: 'Foreign key that leaves or enters a distributed schema',
  effect: 'refused',
  severity: 'error',
  explain:
    'A distributed schema lives on one node. Its tables may refer to each other and to reference tables; nothing else may refer to them.',
  check: (subject) =>
    foreignKeyFindings(subject, 'schema-foreign-key', ({ table, foreignKey, target, from, to }) => ({
      but:
        from.kind === 'single-shard'
          ? `leaves the distributed schema ${quoteIdentifier(table.schema)}`
          : `enters the distributed schema ${quoteIdentifier(target.schema)}`,
      consequence: 'citus_schema_distribute refuses the schema.',
      remedy: `${dropConstraint(table, foreignKey.name)}${from.kind === 'single-shard' && to.kind === 'local' ? ` or SELECT create_reference_table(${quoteLiteral(displayName(target))});` : ''}`,
      automatic: true,
      citusMessage: citusError(
        from.kind === 'single-shard'
          ? 'foreign keys from distributed schemas can only point to the same distributed schema or reference tables in regular schemas'
          : 'cannot create foreign keys to tables in a distributed schema from another schema',
        {
          detail: `"${quoteQualifiedName(table)}" references "${quoteQualifiedName(target)}" via foreign key constraint "${foreignKey.name}"`,
        },
      ),
    })),
};
