import { parseStatements } from '@shardwright/sql';
import type { NameContext } from './context.ts';
import type { Query } from './query-tree.ts';
import { ResolveProblem } from './resolve/scope.ts';
import { resolveStatement } from './resolve/resolver.ts';

/** A query parsed and resolved against a catalog: what does not depend on a layout, done once. */
export interface PreparedQuery {
  readonly sql: string;
  readonly names: NameContext;
  /** The resolved query, or why there is none. */
  readonly outcome: { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly problem: string };
}

/** Parses a query and resolves its names. Never throws: a query that cannot be told has a `problem`. */
export function prepareWithNames(sql: string, names: NameContext): PreparedQuery {
  const parsed = parseStatements(sql);
  if (!parsed.ok) return { sql, names, outcome: { ok: false, problem: parsed.problem.message } };
  const [statement] = parsed.statements;
  if (!statement) return { sql, names, outcome: { ok: false, problem: 'the text holds no statement' } };
  try {
    return { sql, names, outcome: { ok: true, query: resolveStatement(statement.tree, names) } };
  } catch (error) {
    if (!(error instanceof ResolveProblem)) throw error;
    return { sql, names, outcome: { ok: false, problem: error.message } };
  }
}
