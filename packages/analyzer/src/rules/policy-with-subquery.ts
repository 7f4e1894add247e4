import { displayName, quoteIdentifier } from '@shardwright/core';
import { citusError, metadataDetail } from './citus-message.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Row security policy with a subquery. */
export const policyWithSubquery: Rule = {
  id: 'policy-with-subquery',
  title: 'Row security policy with a subquery',
  effect: 'refused',
  severity: 'error',
  explain:
    'A policy is checked inside each shard, where no other table is known. Citus refuses subqueries in policies of distributed and of reference tables, whether row security is switched on or not.',
  *check(subject) {
    for (const policy of subject.catalog.policies) {
      if (!policy.hasSubquery || !subject.isInMetadata(policy.table)) continue;
      yield {
        table: nameOf(policy.table),
        object: policy.name,
        message: `Policy ${policy.name} on ${displayName(policy.table)} contains a subquery.`,
        consequence: 'Citus refuses to distribute the table.',
        remedy: `DROP POLICY ${quoteIdentifier(policy.name)} ON ${displayName(policy.table)}; and compare columns of the row with a setting instead, e.g. USING (tenant_id = current_setting('app.tenant_id')::bigint).`,
        automatic: false,
        citusMessage: citusError('cannot create policy', {
          detail:
            subject.decisionOf(policy.table).kind === 'local'
              ? metadataDetail
              : 'Subqueries are not supported in policies on distributed tables',
        }),
        line: policy.definition.line,
      };
    }
  },
};
