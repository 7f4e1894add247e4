import { displayName } from '@shardwright/core';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';

/** Row security policy that reads a session setting. */
export const policyReadsSetting: Rule = {
  id: 'policy-reads-setting',
  title: 'Row security policy that reads a session setting',
  effect: 'silent',
  severity: 'warning',
  explain:
    'Policies are evaluated on the workers, but SET changes the session on the coordinator only. The workers know no such setting: current_setting() fails there, and current_setting(…, true) gives NULL, so that every row is hidden.',
  *check(subject) {
    for (const policy of subject.catalog.policies) {
      if (subject.decisionOf(policy.table).kind === 'local') continue;
      if (!/\bcurrent_setting\s*\(/i.test(`${policy.using ?? ''} ${policy.check ?? ''}`)) continue;
      yield {
        table: nameOf(policy.table),
        object: policy.name,
        message: `Policy ${policy.name} on ${displayName(policy.table)} reads a session setting.`,
        consequence:
          'Workers do not see what SET says on the coordinator: queries fail with “unrecognized configuration parameter” or return no rows.',
        remedy:
          "SET citus.propagate_set_commands TO 'local'; then set it by SET LOCAL inside each transaction.",
        automatic: false,
        line: policy.definition.line,
      };
    }
  },
};
