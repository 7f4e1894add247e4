import { InputError } from '@shardwright/core';
import { parse } from 'csv-parse/sync';
import { knownColumns } from './statement-columns.ts';

/** What a workload file is, told by its content. */
export type DetectedInput =
  | { readonly kind: 'csvlog' }
  | { readonly kind: 'sql' }
  | { readonly kind: 'pg_stat_statements'; readonly delimiter: string };

const delimiters = [',', ';', '\t'] as const;
const timestamp = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [A-Za-z0-9+:_-]+/;
/** `2024-05-01 10:00:00.123 UTC [4711] app@shop LOG:  duration: …`, whatever log_line_prefix puts between. */
const serverLogLine = /^[^\n]*\b(LOG|ERROR|FATAL|WARNING|STATEMENT|DETAIL|HINT): {2}\S/;
const csvlogHint =
  "Set log_destination = 'csvlog' (and logging_collector = on), or export pg_stat_statements as CSV.";

/** Tells what a file is. Throws {@link InputError} on what it cannot be, with what to do. */
export function detectInput(head: Buffer, input: string): DetectedInput {
  if (head.length === 0) throw new InputError('is empty', { input }, { hint: 'Was the export interrupted?' });
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw new InputError('is encoded as UTF-16', { input }, { hint: 'Save it as UTF-8.' });
  }
  if (head.includes(0)) {
    throw new InputError(
      'is a binary file',
      { input },
      {
        hint: 'A workload is pg_stat_statements as CSV, a PostgreSQL csvlog, or a .sql file.',
      },
    );
  }
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const first = text.trimStart().split(/\r?\n/, 1)[0] ?? '';
  if (/^\{"timestamp":/.test(first)) {
    throw new InputError('is a PostgreSQL log in JSON format', { input, line: 1 }, { hint: csvlogHint });
  }
  if (timestamp.test(first)) {
    if (isCsvlog(text)) return { kind: 'csvlog' };
    throw new InputError('is a PostgreSQL log in stderr format', { input, line: 1 }, { hint: csvlogHint });
  }
  if (serverLogLine.test(first)) {
    throw new InputError('is a PostgreSQL log in stderr format', { input, line: 1 }, { hint: csvlogHint });
  }
  const delimiter = headerDelimiter(first);
  return delimiter === undefined ? { kind: 'sql' } : { kind: 'pg_stat_statements', delimiter };
}

/** 23 columns up to PostgreSQL 12, 24 in 13, 26 since 14. */
function isCsvlog(text: string): boolean {
  try {
    const [record] = parse(text, { to: 1, relax_column_count: true });
    return record !== undefined && record.length >= 23 && record.length <= 26;
  } catch {
    // A first message longer than the head; the columns before it are enough to go by.
    return (text.split(',', 12).length ?? 0) >= 12;
  }
}

/** A header is a list of plain words, or holds at least one column that pg_stat_statements has. */
function headerDelimiter(line: string): string | undefined {
  const splits = delimiters.map((delimiter) => ({ delimiter, cells: line.split(delimiter).map(columnName) }));
  const known = splits.find(({ cells }) => cells.some((cell) => knownColumns.has(cell)));
  const plain = splits.find(
    ({ cells }) => cells.length > 1 && cells.every((cell) => /^[a-z_][\w.]*$/i.test(cell)),
  );
  return (known ?? plain)?.delimiter;
}

/** A column's name in a header, without quotes, blanks and case. */
export function columnName(cell: string): string {
  return cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase();
}
