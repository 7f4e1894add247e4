import { displayName, InputError } from '@shardwright/core';
import { maxWindowBytes } from '../measure/index.ts';
import type { CopyStatement } from './copy-statement.ts';
import { CsvRows } from './csv-rows.ts';
import type { DumpCursor } from './dump-cursor.ts';
import type { DumpTarget } from './dump-target.ts';

const newline = 10;
const backslash = 92;

interface Section {
  readonly name: string;
  /** Where the COPY is. */
  readonly line: number;
}

/** Where the rows of a COPY stand: offsets into the text, the end before the line that says so. */
export interface RowsPlace {
  readonly start: number;
  readonly end: number;
  /** Whether lines end in CR LF. */
  readonly isDos: boolean;
}

/** Measures the data that follows a COPY, from the next line to `\.`; the cursor ends behind it. */
export async function readCopySection(
  cursor: DumpCursor,
  options: { readonly copy: CopyStatement | undefined; readonly target: DumpTarget; readonly line: number },
): Promise<RowsPlace> {
  const { copy, target, line } = options;
  if (copy?.format === 'binary') {
    throw new InputError(
      'COPY … (FORMAT binary) FROM stdin cannot stand in a script',
      { input: cursor.label, line },
      { hint: 'Make the dump with pg_dump, which writes text.' },
    );
  }
  await skipLine(cursor);
  const found = copy && target.copyTarget(copy, copy.columns);
  cursor.subject = found === undefined ? copy?.name : displayName(found.table);
  if (found === undefined) cursor.measurer.beginUnknown();
  else cursor.measurer.begin(found.table, found.columns);
  const section = { name: cursor.subject ?? 'a table', line };
  const start = cursor.window.offsetOf(cursor.lexer.at);
  const isDos = endsInCarriageReturn(cursor);
  if (copy?.format === 'csv') await readCsv(cursor, copy, section);
  else await readText(cursor, { copy, columns: found?.columns.length ?? copy?.columns?.length, section });
  cursor.measurer.flush();
  cursor.subject = undefined;
  const endMark = isDos ? '\\.\r\n' : '\\.\n';
  return { start, end: cursor.window.offsetOf(cursor.lexer.at) - endMark.length, isDos };
}

/** Of the line before. */
function endsInCarriageReturn({ lexer, window }: DumpCursor): boolean {
  return lexer.at >= window.first + 2 && window.bytes[lexer.at - 2] === 13;
}

async function skipLine(cursor: DumpCursor): Promise<void> {
  const { lexer, window } = cursor;
  for (;;) {
    const found = window.bytes.subarray(lexer.at, window.end).indexOf(newline);
    if (found >= 0 || window.isLast) {
      lexer.jump(found >= 0 ? lexer.at + found + 1 : window.end, lexer.line + 1);
      return;
    }
    await cursor.advance(lexer.at);
  }
}

async function readText(
  cursor: DumpCursor,
  {
    copy,
    columns,
    section,
  }: {
    readonly copy: CopyStatement | undefined;
    readonly columns: number | undefined;
    readonly section: Section;
  },
): Promise<void> {
  const { lexer, window, measurer } = cursor;
  const isDos = endsInCarriageReturn(cursor);
  const delimiter = (copy?.delimiter ?? '\t').charCodeAt(0);
  measurer.expect(
    { delimiter, nullText: copy?.nullText ?? '\\N', stripsCarriageReturn: isDos },
    // A table without columns has rows all the same: empty lines.
    columns === undefined ? -1 : Math.max(1, columns),
  );
  for (;;) {
    if (window.isLast) completeLastLine(cursor);
    const progress = measurer.copyText(lexer.at, window.end);
    lexer.jump(progress.position, lexer.line + progress.lines);
    if (progress.state === 'end-of-data') return;
    if (progress.state === 'wrong-field-count')
      throw ragged(cursor, section, [progress.fields, columns ?? 0]);
    if (window.isLast) throw unended(cursor, section);
    if (!(await cursor.read(progress.position))) {
      shortenRow(cursor, progress.position, delimiter);
      await cursor.read(progress.position);
    }
    lexer.shift(progress.position - window.first);
  }
}

async function readCsv(cursor: DumpCursor, copy: CopyStatement, section: Section): Promise<void> {
  const { lexer, window } = cursor;
  const rows = new CsvRows(cursor.measurer, copy);
  for (;;) {
    if (window.isLast) completeLastLine(cursor);
    const { position, lines, isDone } = rows.read(window.bytes, lexer.at, window.end);
    lexer.jump(position, lexer.line + lines);
    if (isDone) return;
    if (window.isLast) throw unended(cursor, section);
    await cursor.advance(position);
  }
}

/** The end marker may be the file's last bytes, without a newline. */
function completeLastLine({ window, lexer }: DumpCursor): void {
  const { bytes, end } = window;
  if (end - lexer.at < 2 || bytes.toString('latin1', end - 2, end) !== '\\.') return;
  if (end - lexer.at > 2 && bytes[end - 3] !== newline) return;
  bytes[end] = newline;
  window.extend(1);
}

/**
 * Cuts the inside out of a field that fills the window (a row may hold a gigabyte): keys are never this long,
 * and the row's bytes are counted all the same.
 */
function shortenRow({ window, lexer, measurer }: DumpCursor, rowStart: number, delimiter: number): void {
  const { bytes, end } = window;
  const field = Math.max(rowStart, bytes.lastIndexOf(delimiter, end - 1) + 1);
  // An escape must not be torn: both edges lie behind a byte that begins none.
  let from = field + 4096;
  while (bytes[from - 1] === backslash) from--;
  let to = end - 1;
  while (bytes[to - 1] === backslash) to--;
  if (to - from < maxWindowBytes / 4) throw lexer.tooLong(maxWindowBytes);
  measurer.addBytes(to - from);
  window.drop(from, to);
}

function unended(cursor: DumpCursor, { name, line }: Section): InputError {
  return new InputError(
    `the dump is cut off: the data of ${name}, which begins after line ${line}, does not end with “\\.”`,
    { input: cursor.label, line: cursor.lexer.line },
    { hint: 'The file is incomplete: copy it again, or make the dump again.' },
  );
}

function ragged(
  cursor: DumpCursor,
  { name, line }: Section,
  [fields, columns]: readonly [number, number],
): InputError {
  const has = `${fields} field${fields === 1 ? '' : 's'}`;
  const wants = `${columns} column${columns === 1 ? '' : 's'}`;
  return new InputError(
    `this row has ${has}, but the COPY of ${name} at line ${line} has ${wants}`,
    { input: cursor.label, line: cursor.lexer.line },
    { hint: 'The file is damaged here, or the “\\.” that ends the data is missing. Make the dump again.' },
  );
}
