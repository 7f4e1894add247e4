import { type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { SessionPool } from '../session-pool.ts';
import type { Pace } from './pace.ts';
import { columnAlias, type RowsSql } from './row-hash.ts';
import type { PageRange } from './sampled-ranges.ts';
import type { TablePart } from './table-part.ts';

/** How the rows of one relation are read as those of the target. */
export interface RowSource extends QualifiedName {
  /** SELECT … FROM …, with the relation as `t` and without a condition. */
  readonly select: string;
  /** Where the compared columns stand among those that it gives; all in order unless given. */
  readonly order?: readonly number[];
  /** How many columns it gives, with `order`. */
  readonly given?: number;
  /** Which of its rows are compared; all unless given. */
  readonly condition?: string;
  readonly bytes: number;
  /** Whether it can be cut by its pages. */
  readonly isHeap: boolean;
}

/** A relation's columns by name. */
export function selectColumns(relation: QualifiedName, columns: readonly string[]): string {
  const list = columns.map((name) => `t.${quoteIdentifier(name)}`).join(', ');
  // A table that others inherit from would bring their rows along.
  return `SELECT ${list} FROM ONLY ${quoteQualifiedName(relation)} AS t`;
}

/** What the rows of a plain table are read with. */
export interface PlainReader {
  readonly pool: SessionPool;
  readonly pace: Pace;
  /** Before version 14 a range of pages is found by reading all of them. */
  readonly versionNumber: number;
  /** How many readers a table may keep busy. */
  readonly jobs: number;
  /** Bytes that may be read at a time. */
  readonly mostBytes: number;
}

const pageBytes = 8192;
const leastBytes = 16 * 1024 * 1024;

/** How many pages a relation has. */
export function pagesIn({ bytes }: RowSource): number {
  return Math.ceil(bytes / pageBytes);
}

/** The most rows of a page. */
const mostOnPage = 291;

/** The rows of some pages, which are found without reading others by servers of any version. */
export function pagePart(
  source: RowSource,
  columns: number,
  { first, before }: PageRange,
  reader: PlainReader,
): TablePart {
  const last = (before ?? pagesIn(source)) - 1;
  const places = `SELECT format('(%s,%s)', page, place)::tid FROM generate_series(${first}, ${last}) AS page, generate_series(1, ${mostOnPage}) AS place`;
  const range =
    reader.versionNumber >= 140_000
      ? [`t.ctid >= '(${first},0)'`, ...(before === undefined ? [] : [`t.ctid < '(${before},0)'`])]
      : [`t.ctid = ANY (ARRAY(${places}))`];
  const bytes = Math.min(((before ?? pagesIn(source)) - first) * pageBytes, source.bytes);
  return partOf(source, rowsOf(source, columns, range), { first, bytes }, reader);
}

/** Cuts plain relations into parts of some pages each. */
export function plainParts(
  sources: readonly RowSource[],
  columns: number,
  reader: PlainReader,
): readonly TablePart[] {
  return sources.flatMap((source) => {
    const step = Math.max(leastBytes, Math.ceil(source.bytes / (4 * reader.jobs)));
    const pages = Math.ceil(Math.min(step, reader.mostBytes) / pageBytes);
    const isCut = source.isHeap && reader.versionNumber >= 140_000 && source.bytes > pages * pageBytes;
    const total = Math.ceil(source.bytes / pageBytes);
    const starts = isCut ? Array.from({ length: Math.ceil(total / pages) }, (_, at) => at * pages) : [0];
    return starts.map((first, at): TablePart => {
      const isLast = at === starts.length - 1;
      const range = isCut
        ? [`t.ctid >= '(${first},0)'`, ...(isLast ? [] : [`t.ctid < '(${first + pages},0)'`])]
        : [];
      const rows = rowsOf(source, columns, range);
      const bytes = isCut ? Math.min(pages * pageBytes, source.bytes - first * pageBytes) : source.bytes;
      return partOf(source, rows, { first, bytes }, reader);
    });
  });
}

function partOf(
  source: RowSource,
  rows: RowsSql,
  { first, bytes }: { readonly first: number; readonly bytes: number },
  reader: PlainReader,
): TablePart {
  return {
    label: `${quoteQualifiedName(source)} ${first}`,
    bytes,
    ask: (query) =>
      reader.pool.run(async (connection) => {
        await reader.pace.wait(bytes);
        const [row] = await connection.query<{ answer: unknown }>(`SELECT (${query(rows)})::text AS answer`);
        return JSON.parse(String(row?.answer));
      }),
  };
}

function rowsOf(source: RowSource, columns: number, range: readonly string[]): RowsSql {
  const { select, condition } = source;
  const conditions = [...(condition === undefined ? [] : [`(${condition})`]), ...range];
  const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
  const order = source.order ?? Array.from({ length: columns }, (_, index) => index);
  const given = Array.from({ length: source.given ?? columns }, (_, index) => `g${index + 1}`);
  const list = order.map((at, index) => `q.${given[at]} AS ${columnAlias(index)}, `).join('');
  // An empty list of names is no SQL.
  const names = given.length === 0 ? '' : ` (${given.join(', ')})`;
  return `(SELECT ${list}NULL::int AS misplaced FROM (${select}${where}) AS q${names}) AS r`;
}
