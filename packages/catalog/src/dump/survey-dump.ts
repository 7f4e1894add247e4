import { crc32 } from 'node:zlib';
import type { Context, QualifiedName } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import type { Catalog } from '../model/catalog.ts';
import { CatalogBuilder } from '../statements/catalog-builder.ts';
import type { CopyStatement } from './copy-statement.ts';
import { type CopiedRows, DumpFeed } from './dump-feed.ts';
import type { DumpSource } from './dump-source.ts';
import { openDump } from './open-dump.ts';

/** The rows of one COPY of a dump. */
export interface DumpSection {
  /** Absent where the dump has not made such a table. */
  readonly table?: QualifiedName;
  /** In the rows' order. */
  readonly columns: readonly string[];
  /** Offsets into the decompressed text: of the first row, and behind the last. */
  readonly start: number;
  readonly end: number;
  /** `text` as pg_dump writes it; all else is `other`. */
  readonly format: 'text' | 'other';
  /** As `client_encoding` has it, such as `UTF8`. */
  readonly encoding: string;
  /** Of the COPY. */
  readonly line: number;
}

/** What a dump holds, and where in its text. */
export interface DumpSurvey {
  readonly catalog: Catalog;
  /** In their order. */
  readonly sections: readonly DumpSection[];
  /** Statements before the first rows, in their order. */
  readonly preamble: readonly string[];
  /** Line of the first INSERT; absent where there is none. */
  readonly firstInsertLine?: number;
  readonly hasLargeObjects: boolean;
  /** Length and checksum of the decompressed text: another text has another. */
  readonly identity: string;
}

/**
 * Reads a dump to its end to tell what is where in it, so that rows can be read later; see {@link openDump}. Throws
 * an InputError for an input that is not a whole dump.
 */
export async function surveyDump(input: string, context: Context): Promise<DumpSurvey> {
  await using opened = await openDump(input);
  await loadParser();
  const sum = { bytes: 0, checksum: 0 };
  const builder = new CatalogBuilder({ kind: 'dump', label: opened.label });
  const sections: DumpSection[] = [];
  const preamble: string[] = [];
  let firstInsertLine: number | undefined;
  let hasLargeObjects = false;
  const target = {
    apply: (statement: { readonly sql: string; readonly line: number }) => {
      builder.apply(statement);
      if (sections.length === 0 && firstInsertLine === undefined) preamble.push(statement.sql);
    },
    applyPsql: (command: { readonly text: string; readonly line: number }) => builder.applyPsql(command),
    copyTarget: builder.copyTarget.bind(builder),
    setStatistics: builder.setStatistics.bind(builder),
  };
  const observer = {
    copied: (rows: CopiedRows) => sections.push(sectionOf(rows, builder)),
    inserted: (line: number) => {
      firstInsertLine ??= line;
    },
    largeObjects: () => {
      hasLargeObjects = true;
    },
  };
  const feed = new DumpFeed(summing(opened, sum), target, { sampleRows: 1, context, observer });
  const origin = await feed.run();
  return {
    catalog: builder.finish(origin),
    sections,
    preamble,
    ...(firstInsertLine === undefined ? {} : { firstInsertLine }),
    hasLargeObjects,
    identity: `${sum.bytes}/${sum.checksum.toString(16).padStart(8, '0')}`,
  };
}

/** A cryptographic digest would take longer than all the rest, and nobody forges a dump to deceive its owner. */
function summing(source: DumpSource, sum: { bytes: number; checksum: number }): DumpSource {
  return {
    ...source,
    read: async (target) => {
      const bytes = await source.read(target);
      sum.checksum = crc32(target.subarray(0, bytes), sum.checksum);
      sum.bytes += bytes;
      return bytes;
    },
  };
}

function sectionOf({ copy, isDos, ...place }: CopiedRows, builder: CatalogBuilder): DumpSection {
  const found = copy && builder.copyTarget(copy, copy.columns);
  return {
    ...place,
    ...(found ? { table: found.table } : {}),
    columns: found?.columns.map(({ name }) => name) ?? copy?.columns ?? [],
    format: copy && !isDos && isPgDumpText(copy) ? 'text' : 'other',
  };
}

function isPgDumpText({ format, delimiter, nullText, hasHeader }: CopyStatement): boolean {
  return format === 'text' && delimiter === '\t' && nullText === '\\N' && !hasHeader;
}
