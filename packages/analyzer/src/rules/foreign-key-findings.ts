import { displayName, quoteIdentifier } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import type { ForeignKeyRule } from './foreign-key-outcome.ts';
import type { FindingDraft } from './rule.ts';
import type { ForeignKeyInDesign, RuleSubject } from './subject.ts';
import { nameOf, referenceOf } from './wording.ts';

/** What a rule says about one foreign key, beyond naming it. */
type ForeignKeyWords = Pick<FindingDraft, 'consequence' | 'remedy' | 'automatic'> &
  Partial<Pick<FindingDraft, 'citusMessage' | 'severity'>> & {
    /** Completes the sentence that names the foreign key. */
    readonly but: string;
  };

/** Findings of one rule about single foreign keys. */
export function* foreignKeyFindings(
  subject: RuleSubject,
  rule: ForeignKeyRule,
  words: (entry: ForeignKeyInDesign) => ForeignKeyWords,
  isMeant: (entry: ForeignKeyInDesign) => boolean = () => true,
): Generator<FindingDraft> {
  for (const entry of subject.foreignKeys) {
    if (!entry.outcome.rules.includes(rule) || !isMeant(entry)) continue;
    const { table, foreignKey } = entry;
    const { but, ...rest } = words(entry);
    yield {
      table: nameOf(table),
      object: foreignKey.name,
      message: `${displayName(table)} FOREIGN KEY ${quoteIdentifier(foreignKey.name)} ${referenceOf(foreignKey)} ${but}.`,
      ...rest,
      line: foreignKey.definition.line,
    };
  }
}

/** Citus offers this wherever the referenced table could be a reference table. */
export function referenceTableHint(table: string): string {
  return `You could use SELECT create_reference_table('${table}') to replicate the referenced table to all nodes or consider dropping the foreign key`;
}

/** Citus' answer when it knows both tables and equal keys need not be on one node. */
export const notColocatedMessage: string = citusError(
  'cannot create foreign key constraint since relations are not colocated or not referencing a reference table',
  {
    detail:
      'A distributed table can only have foreign keys if it is referencing another colocated hash distributed table or a reference table',
  },
);
