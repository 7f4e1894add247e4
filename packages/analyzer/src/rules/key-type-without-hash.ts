import { keyFindings } from './key-findings.ts';
import type { Rule } from './rule.ts';

/** Key type without a hash operator class. */
export const keyTypeWithoutHash: Rule = {
  id: 'key-type-without-hash',
  title: 'Key type without a hash operator class',
  effect: 'refused',
  severity: 'error',
  explain:
    'Rows are placed by the hash of the key, so its type needs a default hash operator class. json, xml, the geometric types, tsvector and tsquery, bit and varbit, money, jsonpath, refcursor and the snapshot types have none; nor have vector and ltree. ' +
    'For xid, cid and aclitem Citus stops with an internal error instead of a reason.',
  check: (subject) =>
    keyFindings(subject, 'key-type-without-hash', () => ({
      consequence: 'Citus refuses to distribute the table by this column.',
      remedy:
        'Distribute by another column, or keep the value in a second column of a hashable type (text, uuid, bigint, jsonb).',
      automatic: false,
    })),
};
