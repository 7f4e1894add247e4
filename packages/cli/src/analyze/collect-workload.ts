import { readStatementStatistics } from '@shardwright/catalog';
import type { Context } from '@shardwright/core';
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
  if (files.length === 0 && database !== undefined) {
    const live = await liveWorkload(database, request, context);
    if (live !== undefined) workloads.push(live);
  }
  return workloads.length === 0 ? undefined : mergeWorkloads(workloads);
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
