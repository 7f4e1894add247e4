import type { Constraint, Index, Table } from '@shardwright/catalog';
import { displayName, plural, quoteIdentifier } from '@shardwright/core';
import { citusError } from './citus-message.ts';
import { keyOf } from './object-key.ts';
import type { FindingDraft } from './rule.ts';
import type { DistributedTable, RuleSubject } from './subject.ts';
import { alterTable, columnList, deferral, nameOf } from './wording.ts';

/** Citus' answer to any uniqueness that lacks the distribution column. */
export function lacksKeyMessage(table: Table): string {
  return citusError(`cannot create constraint on "${table.name}"`, {
    detail:
      'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the ' +
      'partition column (with an equality operator if EXCLUDE).',
  });
}

/** Primary keys or unique constraints of distributed tables that lack the key, as findings. */
export function* constraintsLackingKey(
  subject: RuleSubject,
  kind: 'primary-key' | 'unique',
): Generator<FindingDraft> {
  for (const distributed of subject.distributed) {
    const { table, decision } = distributed;
    for (const constraint of table.constraints) {
      if (constraint.kind !== kind || constraint.columns.includes(decision.column)) continue;
      if (isInherited(subject, table, (other) => sameColumns(other, constraint))) continue;
      const columns = [decision.column, ...constraint.columns];
      const word = kind === 'primary-key' ? 'PRIMARY KEY' : 'UNIQUE';
      const nulls = constraint.kind === 'unique' && constraint.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      const include = constraint.include.filter((name) => name !== decision.column);
      const including = include.length === 0 ? '' : ` INCLUDE ${columnList(include)}`;
      const name = quoteIdentifier(constraint.name);
      yield {
        table: nameOf(table),
        object: constraint.name,
        message: `${word} ${columnList(constraint.columns)} of ${displayName(table)} does not contain the distribution column ${decision.column}.`,
        consequence: `Citus refuses to distribute the table. Once extended, ${columnList(constraint.columns)} is unique within one ${decision.column} only${generatedNote(distributed, constraint.columns)}.`,
        remedy: `${alterTable(table)} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} ${word}${nulls} ${columnList(columns)}${including}${deferral(constraint)};${referencesNote(subject, table, constraint.columns)}`,
        automatic: true,
        citusMessage: lacksKeyMessage(table),
        line: constraint.definition.line,
      };
    }
  }
}

/** Whether the partitioned parent has the same flaw, so that it needs no second finding. */
export function isInherited(
  subject: RuleSubject,
  table: Table,
  has: (candidate: Constraint | Index) => boolean,
): boolean {
  if (table.partitionOf === undefined) return false;
  const parent = subject.tables.get(keyOf(table.partitionOf.parent));
  return parent !== undefined && (parent.constraints.some(has) || parent.indexes.some(has));
}

function sameColumns(other: Constraint | Index, constraint: Constraint): boolean {
  if (!('kind' in other) || other.kind !== constraint.kind) return false;
  if (other.kind !== 'primary-key' && other.kind !== 'unique') return false;
  if (constraint.kind !== 'primary-key' && constraint.kind !== 'unique') return false;
  return other.columns.join('\n') === constraint.columns.join('\n');
}

/** Values that a sequence or a random UUID makes stay unique whatever the constraint says. */
function generatedNote({ table }: DistributedTable, columns: readonly string[]): string {
  const made = table.columns.find(
    (column) =>
      columns.includes(column.name) &&
      (column.sequence !== undefined ||
        /\b(gen_random_uuid|uuid_generate_v\d\w*)\(/.test(column.default ?? '')),
  );
  return made === undefined ? '' : `; ${made.name} is generated, so new values stay unique everywhere`;
}

function referencesNote(subject: RuleSubject, table: Table, columns: readonly string[]): string {
  const incoming = subject
    .foreignKeysTo(table)
    .filter(({ foreignKey }) => foreignKey.referencedColumns.join('\n') === columns.join('\n'));
  if (incoming.length === 0) return '';
  return ` Drop ${plural(incoming.length, 'foreign key')} that ${incoming.length === 1 ? 'refers' : 'refer'} to it first, and create ${incoming.length === 1 ? 'it' : 'them'} again, extended likewise.`;
}
