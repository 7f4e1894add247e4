import type { Column, Table } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { KeyRule } from './key-obstacles.ts';
import type { FindingDraft } from './rule.ts';
import type { RuleSubject } from './subject.ts';
import { nameOf } from './wording.ts';

/** Findings of one rule about distribution columns; partitions are told by their parent. */
export function* keyFindings(
  subject: RuleSubject,
  rule: KeyRule,
  words: (key: {
    readonly table: Table;
    readonly column: Column;
  }) => Pick<FindingDraft, 'consequence' | 'remedy' | 'automatic'>,
): Generator<FindingDraft> {
  for (const { table, column, obstacles } of subject.distributed) {
    const obstacle = obstacles.find((one) => one.rule === rule);
    if (column === undefined || obstacle === undefined) continue;
    yield {
      table: nameOf(table),
      object: column.name,
      message: `Distribution column ${displayName(table)}.${column.name}: ${obstacle.reason}`,
      ...words({ table, column }),
      ...(obstacle.citusMessage === undefined ? {} : { citusMessage: obstacle.citusMessage }),
      line: table.definition.line,
    };
  }
}
