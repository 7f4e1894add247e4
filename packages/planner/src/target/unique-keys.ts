import type { Decision } from '@shardwright/analyzer';
import type { Constraint, ExclusionConstraint, Index, Table } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { Change, Weakening } from '../model/change.ts';
import { duplicateRisk, type KeySurroundings, type ScopedKey } from './duplicate-risk.ts';

/** Where changes are told. */
export interface Ledger {
  readonly changes: Change[];
  readonly weakenings: Weakening[];
}

/** Where changes are told, and what keys are judged by. */
export interface KeyLedger extends Ledger, KeySurroundings {}

/** Keys and indexes as they can be on Citus: whatever promises uniqueness holds the distribution column. */
export function targetUniqueness(
  table: Table,
  decision: Decision,
  ledger: KeyLedger,
): { readonly constraints: readonly Constraint[]; readonly indexes: readonly Index[] } {
  if (decision.kind !== 'distributed') {
    const constraints = table.constraints.filter(
      ({ kind }) => kind === 'primary-key' || kind === 'unique' || kind === 'exclusion',
    );
    return { constraints, indexes: table.indexes };
  }
  const key = decision.column;
  // What a partition promises, it promises of its own rows only.
  const told = table.partitionOf ? { ...ledger, weakenings: [] } : ledger;
  const isAlone = isUniqueAlone(table, key);
  const constraints = table.constraints.flatMap((constraint): Constraint[] => {
    switch (constraint.kind) {
      case 'primary-key':
      case 'unique':
        if (constraint.columns.includes(key)) return [constraint];
        tellExtension(constraint.name, { table, columns: constraint.columns, key, isAlone }, told);
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
    const names = index.keys.map(({ column, expression }) => column ?? withoutParentheses(expression ?? ''));
    tellExtension(index.name, { table, columns: names, key, isAlone }, told);
    return {
      ...index,
      keys: [{ column: key }, ...index.keys],
      include: index.include.filter((column) => column !== key),
    };
  });
  return { constraints, indexes };
}

function tellExtension(
  object: string,
  scoped: ScopedKey,
  { changes, weakenings, ...surroundings }: KeyLedger,
): void {
  const { table, columns, key, isAlone } = scoped;
  const list = columns.join(', ');
  changes.push({
    table,
    object,
    kind: 'key-extended',
    what: `${object} of ${displayName(table)} becomes (${key}, ${list})`,
    why: `a shard can only check its own rows; ON CONFLICT (${list}) has to name ${key} as well`,
  });
  weakenings.push({
    table,
    object,
    ...duplicateRisk(scoped, surroundings),
    before: `(${list}) is unique in the whole table`,
    after: isAlone
      ? `nothing keeps (${list}) unique: ${key} differs in every row`
      : `(${list}) is unique within one ${key}`,
  });
}

/** `(lower(email))` as `lower(email)`; only where the outer ones belong together. */
function withoutParentheses(expression: string): string {
  const inner = /^\((.*)\)$/s.exec(expression)?.[1];
  if (inner === undefined) return expression;
  let depth = 0;
  for (const letter of inner) {
    if (letter === '(') depth++;
    if (letter === ')' && --depth < 0) return expression;
  }
  return inner;
}

/** Whether a key of the table is the distribution column and nothing else. */
function isUniqueAlone({ constraints }: Table, key: string): boolean {
  return constraints.some(
    (one) => (one.kind === 'primary-key' || one.kind === 'unique') && one.columns.join() === key,
  );
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
