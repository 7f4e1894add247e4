import { quoteIdentifier } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { StatementCounts, StatementRow } from './sample.ts';

/** Where statements are counted. */
export interface StatementSupport {
  readonly schema: string | null;
  readonly isPreloaded: boolean;
  readonly citusTracks: boolean;
}

/** The coordinator's dearest statements since its statistics were reset. Throws DatabaseError. */
export async function readStatements(
  session: Connection,
  { schema, isPreloaded, citusTracks }: StatementSupport,
): Promise<StatementCounts> {
  if (!isPreloaded) {
    return {
      kind: 'off',
      reason: 'the coordinator does not preload pg_stat_statements',
      remedy:
        "ALTER SYSTEM SET shared_preload_libraries = 'citus, pg_stat_statements', citus first; restart; CREATE EXTENSION pg_stat_statements",
    };
  }
  if (schema === null) {
    return {
      kind: 'off',
      reason: 'the extension pg_stat_statements is not in this database',
      remedy: 'CREATE EXTENSION pg_stat_statements on the coordinator',
    };
  }
  const rows = await session.query<StatementRow>(statementsSql(schema, citusTracks));
  return { kind: 'tracked', citusTracks, rows };
}

function statementsSql(schema: string, citusTracks: boolean): string {
  const view = `${quoteIdentifier(schema)}.pg_stat_statements`;
  // Citus counts a statement once per value of the distribution column.
  const citus = citusTracks
    ? `SELECT queryid, userid, dbid, string_agg(DISTINCT executor, ', ') AS executor,
              count(DISTINCT partition_key)::int AS tenants
       FROM citus_stat_statements GROUP BY queryid, userid, dbid`
    : `SELECT NULL::bigint AS queryid, NULL::oid AS userid, NULL::oid AS dbid, NULL AS executor,
              NULL::int AS tenants`;
  return `
    WITH citus AS MATERIALIZED (${citus})
    SELECT statement.queryid::text AS "queryId", left(statement.query, 1000) AS query,
           statement.calls::float8 AS calls, statement.total_exec_time AS "totalMs",
           statement.rows::float8 AS rows, citus.executor, citus.tenants
    FROM ${view} AS statement
    LEFT JOIN citus USING (queryid, userid, dbid)
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND coalesce((to_jsonb(statement) ->> 'toplevel')::boolean, true)
    ORDER BY total_exec_time DESC
    LIMIT 100`;
}
