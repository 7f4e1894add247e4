import { Readable } from 'node:stream';
import { InputError } from '@shardwright/core';
import { CsvError, type Options, parse } from 'csv-parse';

/** One CSV record with the line it starts on. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Records of a CSV stream. Throws {@link InputError} with the line where the CSV is broken. */
export async function* csvRecords(
  bytes: AsyncIterable<Buffer>,
  input: string,
  options: Options,
): AsyncGenerator<CsvRecord> {
  const parser = parse({ ...options, bom: true, info: true, skip_empty_lines: true });
  const source = Readable.from(bytes);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      // The parser counts the lines it has passed; a record may hold several.
      const inside = record.reduce((count, cell) => count + cell.split('\n').length - 1, 0);
      yield { cells: record, line: info.lines - inside };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(
      csvMessage(error),
      { input, ...lineOf(error) },
      {
        hint: 'Was the file cut off, or edited? Export it again with \\copy … TO … CSV HEADER.',
        cause: error,
      },
    );
  } finally {
    source.destroy();
  }
}

function csvMessage(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'the last quoted field has no end';
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS':
      return 'a record with more or fewer fields than the first';
    default:
      return `not CSV: ${error.message}`;
  }
}

function lineOf(error: CsvError): { readonly line?: number } {
  const { lines } = error as { readonly lines?: unknown };
  return typeof lines === 'number' ? { line: lines } : {};
}
