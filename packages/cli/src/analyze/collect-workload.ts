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

/** All queries with their costs, or nothing when no source tells any. */
export async function collectWorkload(
  request: WorkloadRequest,
  context: Context,
): Promise<Workload | undefined> {
  const { files, database } = request;
  const workloads: Workload[] = [];
  // One after another: each may hold as many queries as memory bears.
  for (const path of files) workloads.push(await readWorkload({ path }, context));
  refuseEmpty(files, workloads);
  if (files.length === 0 && database !== undefined) {
    const live = await liveWorkload(database, request, context);
    if (live !== undefined) workloads.push(live);
  }
  return workloads.length === 0 ? undefined : mergeWorkloads(workloads);
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
): Promise<Workload | undefined> {
  await using connection = await connect(url, {
    applicationName: 'shardwright analyze',
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
  });
  const statistics = await readStatementStatistics(connection);
  if (statistics.kind === 'unavailable') {
    context.emit({ kind: 'warning', message: `no workload from the server: ${statistics.reason}` });
    return undefined;
  }
  if (statistics.hidden > 0) {
    context.emit({
      kind: 'warning',
      message: `${statistics.hidden} statements of other roles are hidden: connect as a member of pg_read_all_stats to count them`,
    });
  }
  if (statistics.rows.length === 0) return undefined;
  return readWorkload({ rows: statistics.rows, label: statistics.label }, context);
}
