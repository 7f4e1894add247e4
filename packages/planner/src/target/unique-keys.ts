import type { Decision } from '@shardwright/analyzer';
import type { Constraint, ExclusionConstraint, Index, Table } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { Change, Weakening } from '../model/change.ts';

/** Where changes are told. */
export interface Ledger {
  readonly changes: Change[];
  readonly weakenings: Weakening[];
}

/** Keys and indexes as they can be on Citus: whatever promises uniqueness holds the distribution column. */
export function targetUniqueness(
  table: Table,
  decision: Decision,
  ledger: Ledger,
): { readonly constraints: readonly Constraint[]; readonly indexes: readonly Index[] } {
  if (decision.kind !== 'distributed') {
    const constraints = table.constraints.filter(
      ({ kind }) => kind === 'primary-key' || kind === 'unique' || kind === 'exclusion',
    );
    return { constraints, indexes: table.indexes };
  }
  const key = decision.column;
  // A partition's keys come with its parent's.
  const told = table.partitionOf ? { changes: [], weakenings: [] } : ledger;
  const constraints = table.constraints.flatMap((constraint): Constraint[] => {
    switch (constraint.kind) {
      case 'primary-key':
      case 'unique':
        if (constraint.columns.includes(key)) return [constraint];
        tellExtension(table, constraint.name, constraint.columns, key, told);
        return [
          {
            ...constraint,
            columns: [key, ...constraint.columns],
            include: constraint.include.filter((column) => column !== key),
          },
        ];
      case 'exclusion':
        return [extendExclusion(table, constraint, key, told)];
      case 'foreign-key':
      case 'check':
      case 'not-null':
        return [];
      default:
        return constraint satisfies never;
    }
  });
  const indexes = table.indexes.map((index): Index => {
    if (!index.unique || index.constraint !== undefined) return index;
    if (index.keys.some(({ column }) => column === key)) return index;
    const names = index.keys.map(({ column, expression }) => column ?? `(${expression ?? ''})`);
    tellExtension(table, index.name, names, key, told);
    return {
      ...index,
      keys: [{ column: key }, ...index.keys],
      include: index.include.filter((column) => column !== key),
    };
  });
  return { constraints, indexes };
}

function tellExtension(
  table: Table,
  object: string,
  columns: readonly string[],
  key: string,
  { changes, weakenings }: Ledger,
): void {
  const list = columns.join(', ');
  changes.push({
    table,
    object,
    kind: 'key-extended',
    what: `${object} of ${displayName(table)} becomes (${key}, ${list})`,
    why: `a shard can only check its own rows; ON CONFLICT (${list}) has to name ${key} as well`,
  });
  const { risk, remedy } = duplicateRisk(table, columns);
  weakenings.push({
    table,
    object,
    risk,
    before: `(${list}) is unique in the whole table`,
    after: `(${list}) is unique within one ${key}`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** How likely it is that somebody stores the same values twice once nothing forbids it. */
function duplicateRisk(
  table: Table,
  columns: readonly string[],
): { readonly risk: Weakening['risk']; readonly remedy?: string } {
  const found = columns.map((name) => table.columns.find((column) => column.name === name));
  const isGenerated = found.some(
    (column) =>
      column !== undefined &&
      (column.sequence !== undefined ||
        column.identity !== undefined ||
        /uuid|nextval|snowflake/i.test(column.default ?? '') ||
        column.type.name === 'uuid'),
  );
  if (isGenerated) return { risk: 'low' };
  return {
    risk: 'high',
    remedy: `If ${columns.join(', ')} must be unique everywhere (an e-mail address, a slug), keep it in a reference table with a unique key, written in the same transaction.`,
  };
}

function extendExclusion(
  table: Table,
  constraint: ExclusionConstraint,
  key: string,
  { changes, weakenings }: Ledger,
): Constraint {
  const isHeld = constraint.elements.some(
    ({ column, operator }) => column === key && /(^|\.)=\)?$/.test(operator),
  );
  if (isHeld) return constraint;
  changes.push({
    table,
    object: constraint.name,
    kind: 'key-extended',
    what: `${constraint.name} of ${displayName(table)} also compares ${key} by =`,
    why: 'a shard can only check its own rows',
  });
  weakenings.push({
    table,
    object: constraint.name,
    risk: 'medium',
    before: 'rows exclude each other in the whole table',
    after: `rows exclude each other within one ${key}`,
  });
  return {
    ...constraint,
    elements: [{ column: key, operator: '=' }, ...constraint.elements.filter(({ column }) => column !== key)],
  };
}
