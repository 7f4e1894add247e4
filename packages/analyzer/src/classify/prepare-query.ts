import type { Catalog } from '@shardwright/catalog';
import { parseStatements } from '@shardwright/sql';
import { namesOf } from './catalog-names.ts';
import type { NameContext } from './context.ts';
import type { Restrictions } from './postgres/restrictions.ts';
import { simulatePlanner } from './postgres/simulate.ts';
import type { Query } from './query-tree.ts';
import { resolveStatement } from './resolve/resolver.ts';
import { ResolveProblem } from './resolve/scope.ts';

/** A query parsed and resolved against a catalog: all that does not depend on a design, done once. */
export interface PreparedQuery {
  readonly sql: string;
  readonly names: NameContext;
  readonly outcome: ResolvedQuery | { readonly ok: false; readonly problem: string };
}

/** A query whose names are told, with what PostgreSQL's planner would find out about it. */
export interface ResolvedQuery {
  readonly ok: true;
  readonly query: Query;
  readonly restrictions: Restrictions;
}

/** Parses a query and resolves its names. Never throws on a query: one that cannot be told carries its problem. */
export function prepareQuery(sql: string, catalog: Catalog): PreparedQuery {
  return prepareWithNames(sql, namesOf(catalog));
}

/** As `prepareQuery`, for names from elsewhere than a catalog. */
export function prepareWithNames(sql: string, names: NameContext): PreparedQuery {
  const parsed = parseStatements(sql);
  if (!parsed.ok) return { sql, names, outcome: { ok: false, problem: parsed.problem.message } };
  const [statement] = parsed.statements;
  if (!statement) return { sql, names, outcome: { ok: false, problem: 'the text holds no statement' } };
  try {
    const query = resolveStatement(statement.tree, names);
    return { sql, names, outcome: { ok: true, query, restrictions: simulatePlanner(query, names) } };
  } catch (error) {
    if (!(error instanceof ResolveProblem)) throw error;
    return { sql, names, outcome: { ok: false, problem: error.message } };
  }
}
