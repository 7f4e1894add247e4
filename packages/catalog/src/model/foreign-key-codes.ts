import type { ForeignKeyConstraint, ReferentialAction } from './table.ts';

const actions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no-action',
  r: 'restrict',
  c: 'cascade',
  n: 'set-null',
  d: 'set-default',
};

const matches: Readonly<Record<string, ForeignKeyConstraint['match']>> = {
  s: 'simple',
  f: 'full',
  p: 'partial',
};

/** What PostgreSQL's letter for a referential action stands for, in syntax trees and in `pg_constraint`. */
export function referentialAction(code: string | undefined): ReferentialAction {
  return actions[code ?? 'a'] ?? 'no-action';
}

/** What PostgreSQL's letter for MATCH stands for, likewise. */
export function matchType(code: string | undefined): ForeignKeyConstraint['match'] {
  return matches[code ?? 's'] ?? 'simple';
}
