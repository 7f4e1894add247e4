import type { NoWorkload } from '@shardwright/analyzer';
import { readStatementStatistics } from '@shardwright/catalog';
import { type Context, InputError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { mergeWorkloads, readWorkload, type Workload } from '@shardwright/workload';

/** What a workload is made from: files, and the live database itself when one is analysed. */
export interface WorkloadRequest {
  readonly files: readonly string[];
  /** The analysed database's address; its pg_stat_statements counts unless files are given. */
  readonly database?: string;
  readonly statementTimeoutMs?: number;
}

/** A workload, or why the analysed server tells none; neither when nothing was asked for one. */
export type CollectedWorkload = { readonly workload: Workload } | { readonly noWorkload?: NoWorkload };

/** All queries with their costs, from the files if there are any, else from the database. */
export async function collectWorkload(
  request: WorkloadRequest,
  context: Context,
): Promise<CollectedWorkload> {
  const { files, database } = request;
  if (files.length === 0) return database === undefined ? {} : liveWorkload(database, request, context);
  const workloads: Workload[] = [];
  // One after another: each may hold as many queries as memory bears.
  for (const path of files) workloads.push(await readWorkload({ path }, context));
  refuseEmpty(files, workloads);
  return { workload: mergeWorkloads(workloads) };
}

/** Shares of no calls at all would be made up. */
function refuseEmpty(files: readonly string[], workloads: readonly Workload[]): void {
  const [first] = files;
  if (first === undefined || workloads.some(({ queries }) => queries.length > 0)) return;
  const unparsed = workloads.flatMap((workload) => workload.unparsed)[0];
  throw unparsed === undefined
    ? new InputError(
        'holds no query: no SELECT, INSERT, UPDATE, DELETE or MERGE',
        { input: files.join(', ') },
        {
          hint: 'pg_stat_statements is empty after a reset: let the application run for a while, then export it again.',
        },
      )
    : new InputError(
        `none of its queries parses: ${unparsed.message}`,
        { input: unparsed.source.label, line: unparsed.source.line },
        { hint: 'A workload is pg_stat_statements as CSV, a PostgreSQL csvlog, or a .sql file.' },
      );
}

async function liveWorkload(
  url: string,
  { statementTimeoutMs }: WorkloadRequest,
  context: Context,
): Promise<CollectedWorkload> {
  await using connection = await connect(url, {
    applicationName: 'shardwright analyze',
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
  });
  const statistics = await readStatementStatistics(connection);
  if (statistics.kind === 'unavailable') return noWorkload(statistics, context);
  const { rows, label, hidden } = statistics;
  const workload = await readWorkload({ rows, label }, context);
  // What reads PostgreSQL's own catalogs, as this very program does, is no query.
  if (workload.queries.length === 0)
    return noWorkload(hidden > 0 ? allHidden(hidden) : nothingCounted, context);
  if (hidden > 0) {
    context.emit({
      kind: 'warning',
      message: `${hidden} statements of other roles are hidden: connect as a member of pg_read_all_stats to count them`,
    });
  }
  return { workload };
}

function noWorkload({ reason, remedy }: NoWorkload, context: Context): CollectedWorkload {
  context.emit({ kind: 'warning', message: `no workload from the server: ${reason}` });
  return { noWorkload: { reason, remedy } };
}

const nothingCounted: NoWorkload = {
  reason: 'pg_stat_statements has counted no query of this database since its last reset',
  remedy: 'let the application run for a while',
};

function allHidden(count: number): NoWorkload {
  return {
    reason: `pg_stat_statements shows this role none of the ${count} statements of other roles`,
    remedy: 'connect as a member of pg_read_all_stats',
  };
}
