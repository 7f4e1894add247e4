import { type Context, InputError } from '@shardwright/core';
import { createCollector } from './collector.ts';
import { csvRecords } from './csv-records.ts';
import type { Workload } from './model.ts';

// Positions of the csvlog columns, the same since PostgreSQL 9.0.
const databaseColumn = 2;
const sessionColumn = 5;
const severityColumn = 11;
const messageColumn = 13;
const detailColumn = 14;

/** `duration: 0.1 ms  execute S_1: SELECT …`; parse and bind are steps of an execution to come. */
const statementMessage =
  /^(?:duration: ([\d.]+) ms {2})?(?:(statement)|(execute fetch from|execute|parse|bind) [^:]*): ([\s\S]*)$/;
const durationMessage = /^duration: ([\d.]+) ms$/;
const preparedDetail = /^prepare: ([\s\S]*)$/;

/**
 * Reads a PostgreSQL csvlog (23 to 26 columns, no header). With log_duration a statement and its time are
 * two records of the same session.
 */
export async function readCsvlog(
  bytes: AsyncIterable<Buffer>,
  { label, context }: { readonly label: string; readonly context: Context },
): Promise<Workload> {
  const collector = createCollector({ kind: 'csvlog', label, hideConstants: true, countPrepared: true });
  const databases = new Set<string>();
  /** Statements logged without a time, by session: the next bare duration is theirs. */
  const waiting = new Map<string, { readonly sql: string; readonly line: number }>();
  const settle = (session: string, totalTimeMs?: number): void => {
    const statement = waiting.get(session);
    if (statement === undefined) return;
    waiting.delete(session);
    collector.add({ ...statement, calls: 1, ...(totalTimeMs === undefined ? {} : { totalTimeMs }) });
  };

  for await (const { cells, line } of csvRecords(bytes, label, { relax_column_count: true })) {
    if (cells.length < 23 || cells.length > 26) {
      throw new InputError(
        `a log record of ${cells.length} columns, where csvlog has 23 to 26`,
        { input: label, line },
        {
          hint: 'Was the file cut off, or are two formats mixed in it?',
        },
      );
    }
    if (cells[severityColumn] !== 'LOG') continue;
    const session = cells[sessionColumn] ?? '';
    const message = cells[messageColumn] ?? '';
    const duration = durationMessage.exec(message)?.[1];
    if (duration !== undefined) {
      settle(session, Number(duration));
      continue;
    }
    const [whole, time, , protocolStep, text = ''] = statementMessage.exec(message) ?? [];
    if (whole === undefined) continue;
    settle(session);
    databases.add(cells[databaseColumn] ?? '');
    if (protocolStep === 'parse' || protocolStep === 'bind') {
      collector.ignore();
      continue;
    }
    // EXECUTE shows what it runs in the detail.
    const sql = preparedDetail.exec(cells[detailColumn] ?? '')?.[1] ?? withoutPrepare(text);
    if (sql === undefined) collector.ignore();
    else if (time === undefined) waiting.set(session, { sql, line });
    else {
      // A further fetch of the same portal adds to the time of its query, not to its calls.
      const calls = protocolStep === 'execute fetch from' ? 0 : 1;
      collector.add({ sql, calls, totalTimeMs: Number(time), line });
    }
  }
  for (const session of [...waiting.keys()]) settle(session);

  const workload = collector.result();
  if (workload.sources[0]?.records === 0) {
    throw new InputError(
      'no statements in the log',
      { input: label },
      {
        hint: "Log them with log_min_duration_statement = 0 (or log_min_duration_sample), and with lc_messages = 'C': other languages' messages are not read.",
      },
    );
  }
  if (databases.size > 1) {
    const message = `${label} holds statements of ${databases.size} databases (${[...databases].sort().join(', ')}); all of them are counted`;
    context.emit({ kind: 'warning', message });
  }
  return workload;
}

/** PREPARE itself runs nothing; its executions are logged with its text as their detail. */
function withoutPrepare(sql: string): string | undefined {
  return /^\s*prepare\s/i.test(sql) && !/^\s*prepare\s+transaction\b/i.test(sql) ? undefined : sql;
}
