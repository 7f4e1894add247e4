import type { Context } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import { readCsvlog } from './csvlog.ts';
import { detectInput } from './detect.ts';
import { openInput } from './input.ts';
import type { Workload } from './model.ts';
import { readSqlFile } from './sql-file.ts';
import { readStatementCsv, type StatementStatisticsRow, statementRows } from './statement-statistics.ts';

/** Where queries come from: a file of any of the kinds, or rows of a server's pg_stat_statements. */
export type WorkloadOrigin =
  | { readonly path: string }
  | { readonly rows: readonly StatementStatisticsRow[]; readonly label: string };

/**
 * Reads a workload: pg_stat_statements as CSV, a PostgreSQL csvlog, or a .sql file, plain or gzipped; which of
 * them is told by the content. One entry per query, costs summed. Throws InputError with the line.
 */
export async function readWorkload(origin: WorkloadOrigin, context: Context): Promise<Workload> {
  await loadParser();
  if ('rows' in origin) return statementRows(origin.rows, origin.label);
  context.emit({ kind: 'phase', phase: `reading workload ${origin.path}` });
  const { label, head, bytes } = await openInput(origin.path, context);
  const detected = detectInput(head, label);
  switch (detected.kind) {
    case 'csvlog':
      return readCsvlog(bytes, { label, context });
    case 'pg_stat_statements':
      return readStatementCsv(bytes, { label, delimiter: detected.delimiter, context });
    case 'sql':
      return readSqlFile(bytes, label);
    default:
      return detected satisfies never;
  }
}
