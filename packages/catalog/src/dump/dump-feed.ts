import { type Context, InputError } from '@shardwright/core';
import { parseStatements } from '@shardwright/sql';
import { TableMeasurer } from '../measure/index.ts';
import type { CatalogOrigin } from '../model/catalog.ts';
import { type RowsPlace, readCopySection } from './copy-sections.ts';
import { type CopyStatement, looksLikeCopyFromStdin, readCopyStatement } from './copy-statement.ts';
import { DumpCursor } from './dump-cursor.ts';
import type { DumpSource } from './dump-source.ts';
import type { DumpTarget } from './dump-target.ts';
import { refuseForeignDump } from './foreign-dump.ts';
import { InsertSections } from './insert-sections.ts';
import type { LexEvent } from './lex-event.ts';
import { PgDumpFrame } from './pg-dump-frame.ts';
import { decoderFor, decodeUtf8 } from './text-decoding.ts';

const headBytes = 256 * 1024;

// What SQL for PostgreSQL begins with; a text where no statement does is something else.
const verbs = new Set(
  (
    'abort alter analyze begin call checkpoint close cluster comment commit copy create deallocate declare delete do ' +
    'drop end execute explain grant import insert load lock merge notify prepare reassign refresh reindex release ' +
    'reset revoke rollback savepoint security select set show start table truncate update vacuum values with'
  ).split(' '),
);

/** The rows of a COPY in the text. */
export interface CopiedRows extends RowsPlace {
  /** Absent where the statement could not be read. */
  readonly copy: CopyStatement | undefined;
  /** As `client_encoding` has it. */
  readonly encoding: string;
  /** Of the COPY. */
  readonly line: number;
}

/** Is told where a dump holds rows, when they have been read. */
export interface RowsObserver {
  copied(rows: CopiedRows): void;
  /** An INSERT was met. */
  inserted(line: number): void;
  largeObjects(): void;
}

type Statement = Extract<LexEvent, { kind: 'statement' }>;

/** Reads a dump to its end: statements go to the target, rows are measured and only their statistics go there. */
export class DumpFeed {
  readonly #target: DumpTarget;
  readonly #context: Context;
  readonly #cursor: DumpCursor;
  readonly #inserts: InsertSections;
  readonly #frame = new PgDumpFrame();
  readonly #observer: RowsObserver | undefined;
  #decode = decodeUtf8;
  #encoding = 'UTF8';
  #statements = 0;
  /** Statements that begin like SQL, and psql's commands. */
  #known = 0;
  #firstLine = 0;
  /** The last statement, while no semicolon ends it. */
  #unfinished: { readonly sql: string; readonly line: number } | undefined;
  readonly #largeObjects = { statements: 0, bytes: 0 };

  constructor(
    source: DumpSource,
    target: DumpTarget,
    options: { readonly sampleRows?: number; readonly context: Context; readonly observer?: RowsObserver },
  ) {
    const { sampleRows, context, observer } = options;
    this.#observer = observer;
    const measurer = new TableMeasurer({
      ...(sampleRows === undefined ? {} : { sampleRows }),
      decode: decodeUtf8,
    });
    this.#target = target;
    this.#context = context;
    this.#cursor = new DumpCursor(source, measurer, context);
    this.#inserts = new InsertSections(this.#cursor, target);
  }

  /** Reads everything; gives back what the dump says about its origin. */
  async run(): Promise<Partial<CatalogOrigin>> {
    const { lexer, window } = this.#cursor;
    await this.#begin();
    for (;;) {
      const event = lexer.next(window.bytes, window.end, window.isLast);
      if (event.kind === 'end') return this.#finish();
      if (event.kind === 'more') await this.#cursor.advance(event.keepFrom);
      else if (event.kind === 'comment') this.#frame.note(event.text, event.line);
      else if (event.kind === 'psql') await this.#psql(event.text, event.line);
      else if (event.kind === 'statement') await this.#statement(event);
      else {
        const taken = this.#inserts.take(event.start);
        if (taken === true || (await taken)) this.#count('insert', event.line);
        this.#observer?.inserted(event.line);
      }
    }
  }

  async #begin(): Promise<void> {
    const { window, lexer, label } = this.#cursor;
    while (!window.isLast && window.end - window.first < headBytes) await this.#cursor.read(window.first);
    const head = window.bytes.toString(
      'latin1',
      window.first,
      Math.min(window.end, window.first + headBytes),
    );
    if (head.startsWith('\xef\xbb\xbf')) lexer.jump(window.first + 3, 1);
    refuseForeignDump(head, label);
  }

  #finish(): Partial<CatalogOrigin> {
    const { label, lexer, window, measurer } = this.#cursor;
    this.#frame.check(label, lexer.line);
    this.#checkLastStatement(label);
    if (this.#known === 0) {
      const isEmpty = this.#statements === 0;
      throw new InputError(
        isEmpty
          ? 'the input holds no SQL statement'
          : 'this is not SQL: nothing in it begins like a statement',
        { input: label, ...(isEmpty ? {} : { line: this.#firstLine }) },
        { hint: 'Give the output of pg_dump, or SQL that creates the tables.' },
      );
    }
    for (const { table, statistics } of measurer.finish()) this.#target.setStatistics(table, statistics);
    const { statements, bytes } = this.#largeObjects;
    if (statements > 0) {
      const size = `${(bytes / 1e6).toFixed(1)} MB of large-object data in ${statements} statements`;
      this.#context.emit({ kind: 'warning', message: `${label} holds ${size}; it was counted, not kept` });
    }
    this.#cursor.report();
    const { serverVersion, producer } = this.#frame;
    return {
      ...(serverVersion === undefined ? {} : { serverVersion }),
      ...(producer === undefined ? {} : { producer }),
      bytesRead: window.readBytes,
      statements: this.#statements + this.#inserts.passed,
    };
  }

  // A final semicolon may be missing, the final words may not: then the rest of the input is missing too.
  #checkLastStatement(label: string): void {
    if (this.#unfinished === undefined) return;
    const { sql, line } = this.#unfinished;
    const parsed = parseStatements(sql);
    if (parsed.ok || parsed.problem.message !== 'syntax error at end of input') return;
    throw new InputError(
      'the input is cut off: it ends in the middle of a statement',
      { input: label, line },
      { hint: 'The file is incomplete: copy it again, or make the dump again.' },
    );
  }

  #count(verb: string, line: number): void {
    this.#statements++;
    if (this.#statements === 1) this.#firstLine = line;
    if (verbs.has(verb)) this.#known++;
  }

  async #statement(statement: Statement): Promise<void> {
    if (this.#inserts.leavesRest) {
      this.#inserts.leavesRest = false;
      return;
    }
    const [verb = ''] = statement.words;
    this.#count(verb, statement.line);
    if (verb === 'select' && this.#isLargeObjectData(statement)) return;
    const { bytes, end } = this.#cursor.window;
    const sql = this.#decode(bytes, statement.start, statement.end).trimEnd();
    this.#unfinished = statement.end === end ? { sql, line: statement.line } : undefined;
    if (verb === 'set') this.#setting(sql, statement.line);
    this.#target.apply({ sql, line: statement.line });
    this.#inserts.forget();
    if (verb !== 'copy') return;
    const copy = readCopyStatement(sql);
    if (copy !== undefined || looksLikeCopyFromStdin(sql)) await this.#copy(copy, statement.line);
  }

  /** Counts what writes large objects: their bytes would fill the catalog and say nothing about tables. */
  #isLargeObjectData({ start, end }: Statement): boolean {
    const head = this.#cursor.window.bytes.toString('latin1', start, Math.min(end, start + 48));
    if (!/^select\s+(pg_catalog\.)?(lo_open|lowrite|lo_close)\s*\(/i.test(head)) return false;
    if (this.#largeObjects.statements++ === 0) this.#observer?.largeObjects();
    this.#largeObjects.bytes += end - start;
    return true;
  }

  #setting(sql: string, line: number): void {
    const value = (name: string): string | undefined =>
      new RegExp(String.raw`^set\s+(?:session\s+|local\s+)?${name}\s*['"]?([\w-]+)`, 'i').exec(sql)?.[1];
    const strings = value(String.raw`standard_conforming_strings\s*(?:=|to)`);
    if (strings !== undefined)
      this.#cursor.lexer.standardConformingStrings = !/^(off|false|no|0)$/i.test(strings);
    const encoding = value(String.raw`(?:client_encoding\s*(?:=|to)|names)`);
    if (encoding !== undefined) this.#setEncoding(encoding, line);
  }

  #setEncoding(name: string, line: number): void {
    if (/^default$/i.test(name)) return;
    this.#decode = decoderFor(name, { input: this.#cursor.label, line });
    this.#encoding = name;
    this.#cursor.measurer.decode = this.#decode;
  }

  async #psql(text: string, line: number): Promise<void> {
    this.#known++;
    this.#target.applyPsql({ text, line });
    const encoding = /^\\encoding\s+([\w-]+)/.exec(text)?.[1];
    if (encoding !== undefined) this.#setEncoding(encoding, line);
    const copied = /^\\copy\s+(.*\bfrom\s+stdin\b.*)$/is.exec(text)?.[1];
    if (copied !== undefined) await this.#copy(readCopyStatement(`COPY ${copied}`), line);
  }

  async #copy(copy: CopyStatement | undefined, line: number): Promise<void> {
    const place = await readCopySection(this.#cursor, { copy, target: this.#target, line });
    this.#observer?.copied({ ...place, copy, encoding: this.#encoding, line });
    this.#inserts.forget();
  }
}
