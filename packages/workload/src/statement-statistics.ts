import { type Context, InputError } from '@shardwright/core';
import { type Collector, createCollector } from './collector.ts';
import { csvRecords } from './csv-records.ts';
import { columnName } from './detect.ts';
import type { Workload } from './model.ts';
import { knownColumns, meanTimeColumns, timeColumns } from './statement-columns.ts';

/** One row of pg_stat_statements. */
export interface StatementStatisticsRow {
  readonly query: string;
  readonly calls: number;
  readonly totalTimeMs: number;
  readonly rows: number;
}

const hiddenText = '<insufficient privilege>';
const exportHint =
  'Export it with: psql -c "\\copy (SELECT query, calls, total_exec_time, rows FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())) TO \'statements.csv\' CSV HEADER" (total_time before PostgreSQL 13).';

/** A workload from rows of pg_stat_statements that were read from a server. */
export function statementRows(rows: readonly StatementStatisticsRow[], label: string): Workload {
  const collector = statementCollector(label);
  rows.forEach(({ query, ...cost }, index) => {
    collector.add({ sql: query, ...cost, line: index + 1 });
  });
  return collector.result();
}

function statementCollector(label: string): Collector {
  return createCollector({ kind: 'pg_stat_statements', label, countPrepared: true });
}

/** Reads pg_stat_statements exported as CSV with a header, columns in any order. Throws {@link InputError}. */
export async function readStatementCsv(
  bytes: AsyncIterable<Buffer>,
  {
    label,
    delimiter,
    context,
  }: { readonly label: string; readonly delimiter: string; readonly context: Context },
): Promise<Workload> {
  const collector = statementCollector(label);
  const databases = new Set<string>();
  let columns: Columns | undefined;
  for await (const { cells, line } of csvRecords(bytes, label, { delimiter })) {
    if (columns === undefined) {
      columns = readHeader(cells.map(columnName), label);
      continue;
    }
    const cell = (index: number | undefined): string => (index === undefined ? '' : (cells[index] ?? ''));
    databases.add(cell(columns.database));
    if (/^(f|false|0)$/i.test(cell(columns.topLevel))) {
      // Statements inside functions are their callers' business.
      collector.ignore();
      continue;
    }
    const number = (index: number | undefined, name: string) =>
      numberOf(cell(index), name, { input: label, line });
    const calls = number(columns.calls, 'calls') ?? 0;
    const mean = number(columns.meanTime, 'mean time');
    const totalTimeMs = number(columns.time, 'time') ?? (mean === undefined ? undefined : mean * calls);
    const rows = number(columns.rows, 'rows');
    const sql = cell(columns.query);
    if (sql.trim() === '') collector.ignore();
    else {
      collector.add({
        sql,
        calls,
        line,
        ...(totalTimeMs === undefined ? {} : { totalTimeMs }),
        ...(rows === undefined ? {} : { rows }),
      });
    }
  }
  if (databases.size > 1) {
    const message = `${label} holds statements of ${databases.size} databases; all of them are counted`;
    context.emit({ kind: 'warning', message });
  }
  const workload = collector.result();
  if (workload.unparsed.some(({ sql }) => sql === hiddenText)) {
    const message = `${label} hides statements of other roles: export it as a member of pg_read_all_stats`;
    context.emit({ kind: 'warning', message });
  }
  return workload;
}

/** Where each value stands; an index is absent when the column is. */
interface Columns {
  readonly query: number;
  readonly calls: number;
  readonly time: number | undefined;
  readonly meanTime: number | undefined;
  readonly rows: number | undefined;
  readonly topLevel: number | undefined;
  readonly database: number | undefined;
}

function readHeader(header: readonly string[], input: string): Columns {
  const refuse = (problem: string) =>
    new InputError(
      `${problem}; found ${header.join(', ')}; needed query and calls, and for times ${timeColumns.join(' or ')}`,
      { input, line: 1 },
      { hint: exportHint },
    );
  const missing = ['query', 'calls'].filter((column) => !header.includes(column));
  if (missing.length > 0) throw refuse(`column ${missing.join(' and ')} missing in the workload`);
  const unknown = header.filter((column) => !knownColumns.has(column));
  if (unknown.length > 0) throw refuse(`unknown workload column ${unknown.join(', ')}`);
  const find = (...names: readonly string[]): number | undefined => {
    const index = header.findIndex((column) => names.includes(column));
    return index < 0 ? undefined : index;
  };
  return {
    query: header.indexOf('query'),
    calls: header.indexOf('calls'),
    time: find(...timeColumns),
    meanTime: find(...meanTimeColumns),
    rows: find('rows'),
    topLevel: find('toplevel'),
    database: find('dbid', 'datname', 'dbname', 'database', 'database_name'),
  };
}

function numberOf(
  text: string,
  column: string,
  position: { readonly input: string; readonly line: number },
): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InputError(`${column} is no number: "${text.slice(0, 40)}"`, position, { hint: exportHint });
}
