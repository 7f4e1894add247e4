import { quietContext, quoteIdentifier } from '@shardwright/core';
import { attempt, type Connection, inSnapshot } from '@shardwright/postgres';
import { fileRunner } from './reader.ts';

/** One normalised statement with what it cost since the server's statistics were reset. */
export interface StatementStatisticsRow {
  readonly query: string;
  readonly calls: number;
  readonly totalTimeMs: number;
  readonly rows: number;
}

/** The statements a server remembers of one database, or why it tells none. */
export type StatementStatistics =
  | {
      readonly kind: 'statements';
      readonly label: string;
      readonly rows: readonly StatementStatisticsRow[];
      /** Statements of other roles whose text this role may not see. */
      readonly hidden: number;
    }
  | NoStatementStatistics;

/** Why a server tells no statements, and what to do for some; both are parts of sentences. */
export interface NoStatementStatistics {
  readonly kind: 'unavailable';
  readonly reason: string;
  readonly remedy: string;
}

const limits = { statementTimeoutMs: 60_000, lockTimeoutMs: 5_000 };
const hiddenText = '<insufficient privilege>';

/** Reads pg_stat_statements of the database a connection is in. */
export async function readStatementStatistics(connection: Connection): Promise<StatementStatistics> {
  return inSnapshot(connection, limits, async () => {
    const run = fileRunner(connection, quietContext());
    const [state] = await run<{ schema: string | null; isPreloaded: boolean }>('statement-statistics');
    const schema = state?.schema ?? undefined;
    if (state?.isPreloaded !== true) return notPreloaded(schema !== undefined);
    if (schema === undefined) return notInstalled;
    const found = await attempt(connection, () =>
      connection.query<StatementStatisticsRow>(statementsQuery(schema)),
    );
    if (!found.ok) return notReadable(found.error.message);
    const rows = found.result.filter(({ query }) => query !== hiddenText);
    return {
      kind: 'statements',
      label: `pg_stat_statements of ${connection.target}`,
      rows,
      hidden: found.result.length - rows.length,
    };
  });
}

// The schema is the extension's own. Through JSON, a column that a version lacks is NULL: total_time became
// total_exec_time in 13, toplevel came in 14 (statements inside functions are their callers' business).
function statementsQuery(schema: string): string {
  return `
    SELECT s.query,
           s.calls::float8 AS calls,
           coalesce(to_jsonb(s) ->> 'total_exec_time', to_jsonb(s) ->> 'total_time')::float8 AS "totalTimeMs",
           s.rows::float8 AS rows
    FROM ${quoteIdentifier(schema)}.pg_stat_statements s
    WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND s.query IS NOT NULL
      AND coalesce((to_jsonb(s) ->> 'toplevel')::boolean, true)
    ORDER BY 3 DESC`;
}

function notPreloaded(isInstalled: boolean): NoStatementStatistics {
  return {
    kind: 'unavailable',
    reason: 'the server does not preload pg_stat_statements',
    remedy: `add it to shared_preload_libraries, restart the server,${isInstalled ? '' : ' CREATE EXTENSION pg_stat_statements,'} and let the application run for a while`,
  };
}

const notInstalled: NoStatementStatistics = {
  kind: 'unavailable',
  reason: 'the extension pg_stat_statements is not installed in this database',
  remedy: 'CREATE EXTENSION pg_stat_statements (it shows what the server has counted already)',
};

function notReadable(message: string): NoStatementStatistics {
  return {
    kind: 'unavailable',
    reason: `pg_stat_statements cannot be read: ${message}`,
    remedy: 'connect as a role that may read it',
  };
}
