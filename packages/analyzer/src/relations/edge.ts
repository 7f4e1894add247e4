import type { Column } from '@shardwright/catalog';
import type { DesignTable } from '../design/design-table.ts';
import { baseName, rowName } from './names.ts';

/** A relation between two design tables, from the referencing to the referenced one. */
export interface Edge {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly columns: readonly string[];
  readonly referencedColumns: readonly string[];
  readonly origin: 'foreign-key' | 'inferred' | 'workload';
  readonly constraint?: string;
  readonly evidence?: string;
  /** 1 for foreign keys, less for what was inferred. */
  readonly confidence: number;
  /** No referencing column can be NULL, or the data shows none. */
  readonly notNull: boolean;
  readonly naming: Naming;
  /** Each referencing row leads to one referenced row: the way a key can be filled over. */
  readonly isFunctional: boolean;
}

/**
 * How a referencing column is named: `canonical` for the referenced table (`company_id`), `role` for the part
 * the row plays (`approved_by_id`), `neutral` otherwise. Only canonical columns pass a tenant on: the user who
 * wrote a comment is not the user who owns the post.
 */
export type Naming = 'canonical' | 'neutral' | 'role';

const roleWords = new Set(
  (
    'by owner author creator editor approver assignee assigner reviewer uploader updater deleter admin parent child ' +
    'source target src dst from to previous next original old new linked related default current last first ' +
    'sender recipient receiver requester inviter invited actor manager supervisor primary secondary ' +
    'merged latest head base root supply'
  ).split(' '),
);

/** How the referencing columns of a relation are named. */
export function namingOf(
  from: DesignTable,
  columns: readonly string[],
  to: DesignTable,
  referencedColumns: readonly string[],
): Naming {
  const fromPrefix = from.prefix;
  const toPrefix = to.prefix;
  const target = to.rowName;
  let weakest: Naming = 'canonical';
  for (const [position, column] of columns.entries()) {
    const name = baseName(column, fromPrefix);
    const referenced = referencedColumns[position] ?? '';
    const sameName =
      column === referenced || name === baseName(referenced, toPrefix) || name === rowName(referenced);
    const isCanonical =
      (from.index !== to.index || name.startsWith(`${target}_`)) &&
      (sameName ||
        name.startsWith(target) ||
        target.endsWith(`_${name.replace(/_?(id|key|uuid|code)$/, '')}`));
    if (isCanonical) continue;
    if (from.index === to.index || name.split('_').some((word) => roleWords.has(word))) return 'role';
    weakest = 'neutral';
  }
  return weakest;
}

/** Whether a column cannot be NULL, by declaration or because all of its data was seen without one. */
export function isNeverNull(table: DesignTable, column: Column): boolean {
  if (column.notNull || table.primaryKey.includes(column.name)) return true;
  const measured = table.statistics?.columns[column.name];
  return measured?.provenance === 'exact' && measured.nullShare === 0 && (table.statistics?.rows ?? 0) > 0;
}
