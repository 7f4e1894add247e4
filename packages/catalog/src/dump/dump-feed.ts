import { type Context, displayName, InputError, InterruptedError } from '@shardwright/core';
import { maxWindowBytes, TableMeasurer, windowAt } from '../measure/index.ts';
import type { CatalogOrigin } from '../model/catalog.ts';
import { type CopyStatement, looksLikeCopyFromStdin, readCopyStatement } from './copy-statement.ts';
import { CsvRows } from './csv-rows.ts';
import type { DumpSource } from './dump-source.ts';
import type { DumpTarget } from './dump-target.ts';
import { DumpWindow } from './dump-window.ts';
import { refuseForeignDump } from './foreign-dump.ts';
import { InsertRows, readInsertPrefix } from './insert-reader.ts';
import { PgDumpFrame } from './pg-dump-frame.ts';
import { type LexEvent, SqlLexer } from './sql-lexer.ts';
import { decoderFor, decodeUtf8 } from './text-decoding.ts';

const progressIntervalMs = 100;
const headBytes = 256 * 1024;
const newline = 10;

// What SQL for PostgreSQL begins with; a text where no statement does is something else.
const verbs = new Set(
  (
    'abort alter analyze begin call checkpoint close cluster comment commit copy create deallocate declare delete do ' +
    'drop end execute explain grant import insert load lock merge notify prepare reassign refresh reindex release ' +
    'reset revoke rollback savepoint security select set show start table truncate update vacuum values with'
  ).split(' '),
);

type Statement = Extract<LexEvent, { kind: 'statement' }>;

/** Reads a dump to its end: statements go to the target, rows are measured and only their statistics go there. */
export class DumpFeed {
  readonly #source: DumpSource;
  readonly #target: DumpTarget;
  readonly #context: Context;
  readonly #measurer: TableMeasurer;
  readonly #window: DumpWindow;
  readonly #lexer: SqlLexer;
  readonly #frame = new PgDumpFrame();
  #decode = decodeUtf8;
  #statements = 0;
  #known = 0;
  #psqlCommands = 0;
  #firstLine = 0;
  #lastProgressMs = Number.NEGATIVE_INFINITY;
  #subject: string | undefined;
  #discardsNext = false;
  #begun: ReturnType<DumpTarget['copyTarget']>;
  #lastInsert: { readonly prefix: Buffer; readonly target: ReturnType<DumpTarget['copyTarget']> } | undefined;
  readonly #unknownTables = new Set<string>();
  readonly #largeObjects = { statements: 0, bytes: 0 };

  constructor(
    source: DumpSource,
    target: DumpTarget,
    options: { readonly sampleRows?: number; readonly context: Context },
  ) {
    this.#source = source;
    this.#target = target;
    this.#context = options.context;
    this.#measurer = new TableMeasurer({
      ...(options.sampleRows === undefined ? {} : { sampleRows: options.sampleRows }),
      decode: decodeUtf8,
    });
    const { bytes } = this.#measurer.kernel;
    this.#window = new DumpWindow(source, { bytes, first: windowAt, capacity: maxWindowBytes });
    this.#lexer = new SqlLexer(source.label);
    this.#lexer.jump(windowAt, 1);
  }

  /** Reads everything; gives back what the dump says about its origin. */
  async run(): Promise<Partial<CatalogOrigin>> {
    await this.#begin();
    for (;;) {
      const event = this.#lexer.next(this.#window.bytes, this.#window.end, this.#window.isLast);
      if (event.kind === 'end') break;
      if (event.kind === 'more') await this.#advance(event.keepFrom);
      else if (event.kind === 'comment') this.#frame.note(event.text, event.line);
      else if (event.kind === 'insert') await this.#insert(event.start, event.line);
      else if (event.kind === 'psql') await this.#psql(event.text, event.line);
      else await this.#statement(event);
    }
    return this.#finish();
  }

  async #begin(): Promise<void> {
    const { first, bytes } = this.#window;
    while (!this.#window.isLast && this.#window.end - first < headBytes) await this.#read(first);
    if (bytes.toString('latin1', first, first + 3) === '\xef\xbb\xbf') this.#lexer.jump(first + 3, 1);
    refuseForeignDump(
      bytes.toString('latin1', first, Math.min(this.#window.end, first + headBytes)),
      this.#source.label,
    );
  }

  #finish(): Partial<CatalogOrigin> {
    const { label } = this.#source;
    const line = this.#lexer.line;
    this.#frame.check(label, line);
    if (this.#statements + this.#psqlCommands === 0) {
      throw new InputError(
        'the input holds no SQL statement',
        { input: label },
        { hint: 'Give the output of pg_dump, or SQL that creates the tables.' },
      );
    }
    if (this.#known === 0 && this.#psqlCommands === 0) {
      throw new InputError(
        'this is not SQL: nothing in it begins like a statement',
        { input: label, line: this.#firstLine },
        { hint: 'Give the output of pg_dump, or SQL that creates the tables.' },
      );
    }
    for (const { table, statistics } of this.#measurer.finish())
      this.#target.setStatistics(table, statistics);
    if (this.#largeObjects.statements > 0) {
      const megabytes = (this.#largeObjects.bytes / 1e6).toFixed(1);
      this.#context.emit({
        kind: 'warning',
        message: `${label} holds ${megabytes} MB of large-object data in ${this.#largeObjects.statements} statements; it was counted, not kept`,
      });
    }
    this.#report(true);
    return {
      ...(this.#frame.serverVersion === undefined ? {} : { serverVersion: this.#frame.serverVersion }),
      ...(this.#frame.producer === undefined ? {} : { producer: this.#frame.producer }),
      bytesRead: this.#window.readBytes,
      statements: this.#statements,
    };
  }

  /** Reads on and keeps what the lexer is in the middle of. */
  async #advance(keepFrom: number): Promise<void> {
    const room = await this.#read(keepFrom);
    if (!room) throw this.#lexer.tooLong(maxWindowBytes);
    this.#lexer.shift(keepFrom - this.#window.first);
  }

  async #read(keepFrom: number): Promise<boolean> {
    if (this.#context.signal.aborted) throw new InterruptedError(`reading ${this.#source.label} was stopped`);
    // Rows not counted yet are named by their place in the window, which moves.
    this.#measurer.flush();
    const room = await this.#window.advance(keepFrom);
    this.#report(false);
    return room;
  }

  #report(isLast: boolean): void {
    const now = this.#context.clock.nowMs();
    if (!isLast && now - this.#lastProgressMs < progressIntervalMs) return;
    this.#lastProgressMs = now;
    const { totalBytes } = this.#source;
    this.#context.emit({
      kind: 'progress',
      phase: 'reading dump',
      done: this.#source.doneBytes(),
      ...(totalBytes === undefined ? {} : { total: totalBytes }),
      unit: 'bytes',
      ...(this.#subject === undefined ? {} : { subject: this.#subject }),
    });
  }

  #text(start: number, end: number): string {
    return this.#decode(this.#window.bytes, start, end).trimEnd();
  }

  async #statement(statement: Statement): Promise<void> {
    this.#statements++;
    if (this.#statements === 1) this.#firstLine = statement.line;
    const [verb = ''] = statement.words;
    if (verbs.has(verb)) this.#known++;
    if (this.#discardsNext) {
      this.#discardsNext = false;
      return;
    }
    if (verb === 'select' && this.#isLargeObjectData(statement)) return;
    const sql = this.#text(statement.start, statement.end);
    if (verb === 'set') this.#setting(sql, statement.line);
    this.#target.apply({ sql, line: statement.line });
    // The statement may have changed what the next INSERT writes to.
    this.#lastInsert = undefined;
    if (verb !== 'copy') return;
    const copy = readCopyStatement(sql);
    if (copy === undefined && !looksLikeCopyFromStdin(sql)) return;
    await this.#copy(copy, statement.line);
  }

  /** Counts what writes large objects: their bytes would fill the catalog and say nothing about tables. */
  #isLargeObjectData({ start, end }: Statement): boolean {
    const head = this.#window.bytes.toString('latin1', start, Math.min(end, start + 48));
    if (!/^select\s+(pg_catalog\.)?(lo_open|lowrite|lo_close)\s*\(/i.test(head)) return false;
    this.#largeObjects.statements++;
    this.#largeObjects.bytes += end - start;
    return true;
  }

  #setting(sql: string, line: number): void {
    const strings = /^set\s+(?:session\s+|local\s+)?standard_conforming_strings\s*(?:=|to)\s*'?(\w+)/i.exec(
      sql,
    )?.[1];
    if (strings !== undefined) this.#lexer.standardConformingStrings = !/^(off|false|no|0)$/i.test(strings);
    const encoding =
      /^set\s+(?:session\s+|local\s+)?(?:client_encoding\s*(?:=|to)|names)\s*['"]?([\w-]+)/i.exec(sql)?.[1];
    if (encoding !== undefined) this.#setEncoding(encoding, line);
  }

  #setEncoding(name: string, line: number): void {
    if (/^default$/i.test(name)) return;
    this.#decode = decoderFor(name, { input: this.#source.label, line });
    this.#measurer.decode = this.#decode;
  }

  async #psql(text: string, line: number): Promise<void> {
    this.#psqlCommands++;
    this.#target.applyPsql({ text, line });
    const encoding = /^\\encoding\s+([\w-]+)/.exec(text)?.[1];
    if (encoding !== undefined) this.#setEncoding(encoding, line);
    const copied = /^\\copy\s+(.*\bfrom\s+stdin\b.*)$/is.exec(text)?.[1];
    if (copied !== undefined) await this.#copy(readCopyStatement(`COPY ${copied}`), line);
  }

  /** Measures the data that follows a COPY, from the next line to `\.`. */
  async #copy(copy: CopyStatement | undefined, line: number): Promise<void> {
    if (copy?.format === 'binary') {
      throw new InputError(
        'COPY … (FORMAT binary) FROM stdin cannot stand in a script',
        { input: this.#source.label, line },
        { hint: 'Make the dump with pg_dump, which writes text.' },
      );
    }
    await this.#skipLine();
    this.#begun = undefined;
    const target = copy && this.#target.copyTarget(copy, copy.columns);
    this.#subject = target === undefined ? copy?.name : displayName(target.table);
    if (target === undefined) this.#measurer.beginUnknown();
    else this.#measurer.begin(target.table, target.columns);
    const section = { name: this.#subject ?? 'a table', line };
    if (copy?.format === 'csv') await this.#csvData(copy, section);
    else await this.#textData(copy, target?.columns.length ?? copy?.columns?.length, section);
    this.#measurer.flush();
    this.#subject = undefined;
  }

  async #skipLine(): Promise<void> {
    for (;;) {
      const { bytes, end } = this.#window;
      const at = this.#lexer.at;
      const found = bytes.subarray(at, end).indexOf(newline);
      if (found >= 0 || this.#window.isLast) {
        this.#lexer.jump(found >= 0 ? at + found + 1 : end, this.#lexer.line + 1);
        return;
      }
      await this.#advance(at);
    }
  }

  async #textData(
    copy: CopyStatement | undefined,
    columns: number | undefined,
    section: { readonly name: string; readonly line: number },
  ): Promise<void> {
    const { bytes, first } = this.#window;
    const isDos = this.#lexer.at >= first + 2 && bytes[this.#lexer.at - 2] === 13;
    const delimiter = (copy?.delimiter ?? '\t').charCodeAt(0);
    this.#measurer.expect(
      { delimiter, nullText: copy?.nullText ?? '\\N', stripsCarriageReturn: isDos },
      columns === undefined ? -1 : Math.max(1, columns),
    );
    for (;;) {
      if (this.#window.isLast) this.#completeLastLine();
      const progress = this.#measurer.copyText(this.#lexer.at, this.#window.end);
      this.#lexer.jump(progress.position, this.#lexer.line + progress.lines);
      if (progress.state === 'end-of-data') return;
      if (progress.state === 'wrong-field-count') throw this.#ragged(section, progress.fields, columns ?? 0);
      if (this.#window.isLast) throw this.#unended(section);
      if (!(await this.#read(progress.position))) {
        this.#shortenRow(progress.position, delimiter);
        await this.#read(progress.position);
      }
      this.#lexer.shift(progress.position - first);
    }
  }

  /** The end marker may be the file's last bytes. */
  #completeLastLine(): void {
    const { bytes, end } = this.#window;
    if (
      bytes.toString('latin1', end - 3, end) === '\n\\.' ||
      (end - this.#lexer.at === 2 && bytes.toString('latin1', end - 2, end) === '\\.')
    ) {
      bytes[end] = newline;
      this.#window.extend(1);
    }
  }

  /**
   * Cuts the inside out of a field that fills the window (a row may hold a gigabyte): keys are never this long,
   * and the row's bytes are counted all the same.
   */
  #shortenRow(rowStart: number, delimiter: number): void {
    const { bytes, end } = this.#window;
    const field = Math.max(rowStart, bytes.lastIndexOf(delimiter, end - 1) + 1);
    const kept = field + 4096;
    if (kept >= end - 4096) throw this.#lexer.tooLong(maxWindowBytes);
    // An escape must not be torn: the rest begins after a byte that belongs to none.
    let from = kept;
    while (bytes[from - 1] === 92) from--;
    let to = end - 1;
    while (bytes[to - 1] === 92) to--;
    this.#measurer.addBytes(to - from);
    this.#window.drop(from, to);
  }

  async #csvData(
    copy: CopyStatement,
    section: { readonly name: string; readonly line: number },
  ): Promise<void> {
    const rows = new CsvRows(this.#measurer, copy);
    for (;;) {
      if (this.#window.isLast) this.#completeLastLine();
      const { position, lines, isDone } = rows.read(this.#window.bytes, this.#lexer.at, this.#window.end);
      this.#lexer.jump(position, this.#lexer.line + lines);
      if (isDone) return;
      if (this.#window.isLast) throw this.#unended(section);
      await this.#advance(position);
    }
  }

  #unended({ name, line }: { readonly name: string; readonly line: number }): InputError {
    return new InputError(
      `the dump is cut off: the data of ${name}, which begins after line ${line}, does not end with “\\.”`,
      { input: this.#source.label, line: this.#lexer.line },
      { hint: 'The file is incomplete: copy it again, or make the dump again.' },
    );
  }

  #ragged(
    { name, line }: { readonly name: string; readonly line: number },
    fields: number,
    columns: number,
  ): InputError {
    const has = `${fields} field${fields === 1 ? '' : 's'}`;
    return new InputError(
      `this row has ${has}, but the COPY of ${name} at line ${line} has ${columns} columns`,
      { input: this.#source.label, line: this.#lexer.line },
      { hint: 'The file is damaged here, or the “\\.” that ends the data is missing. Make the dump again.' },
    );
  }

  /** Takes over an INSERT whose rows are written out; any other goes on as a statement. */
  async #insert(start: number, line: number): Promise<void> {
    const found = await this.#insertTarget(start);
    if (found === undefined) return;
    const { target, at } = found;
    this.#statements++;
    if (this.#statements === 1) this.#firstLine = line;
    this.#known++;
    // A table's INSERTs follow each other: its batch goes on filling.
    if (target === undefined) this.#measurer.beginUnknown();
    else if (target !== this.#begun) {
      this.#measurer.begin(target.table, target.columns);
      this.#subject = displayName(target.table);
    }
    this.#begun = target;
    const rows = new InsertRows(this.#measurer, this.#lexer.standardConformingStrings);
    let [position, rowLine] = [at, found.line];
    for (;;) {
      const { bytes, end, isLast } = this.#window;
      const progress = rows.read(bytes, position, end, { line: rowLine, isLast });
      [position, rowLine] = [progress.position, progress.line];
      if (progress.state === 'done') break;
      if (isLast) {
        throw new InputError(
          'this row of an INSERT has no end',
          { input: this.#source.label, line: rowLine },
          {
            hint: 'The file is cut off, or a quote is missing. Make the dump again, or close what is open at this line.',
          },
        );
      }
      this.#lexer.jump(position, rowLine);
      await this.#advance(position);
      position = this.#window.first;
    }
    this.#lexer.jump(position, rowLine);
    // What follows the rows (ON CONFLICT, RETURNING) up to the semicolon belongs to them.
    await this.#discardRest();
  }

  async #discardRest(): Promise<void> {
    for (;;) {
      const { bytes, end, isLast } = this.#window;
      let at = this.#lexer.at;
      let line = this.#lexer.line;
      for (; at < end && (bytes[at] ?? 0) <= 32; at++) if (bytes[at] === newline) line++;
      this.#lexer.jump(at, line);
      if (at < end) {
        if (bytes[at] !== 59) {
          this.#discardsNext = true;
          this.#statements--;
        }
        return;
      }
      if (isLast) return;
      await this.#advance(at);
    }
  }

  async #insertTarget(
    start: number,
  ): Promise<
    | { readonly target: ReturnType<DumpTarget['copyTarget']>; readonly at: number; readonly line: number }
    | undefined
  > {
    let begin = start;
    for (;;) {
      const { bytes, end, isLast } = this.#window;
      const last = this.#lastInsert;
      // Dumps with INSERTs repeat the same beginning for each row of a table.
      if (
        last !== undefined &&
        bytes.subarray(begin, begin + last.prefix.length).equals(last.prefix) &&
        begin + last.prefix.length < end
      ) {
        return { target: last.target, at: begin + last.prefix.length, line: this.#lexer.line };
      }
      const prefix = readInsertPrefix(bytes, begin, end);
      if (prefix === undefined || (prefix === 'more' && isLast)) return undefined;
      if (prefix === 'more') {
        await this.#advance(begin);
        begin = this.#window.first;
        continue;
      }
      const target = this.#target.copyTarget(prefix, prefix.columns);
      const key = `${prefix.schema ?? ''}.${prefix.name}`;
      // The first INSERT into a table that is not known goes to the catalog, which says so.
      if (target === undefined && !this.#unknownTables.has(key)) {
        this.#unknownTables.add(key);
        return undefined;
      }
      const text = Buffer.from(bytes.subarray(begin, begin + prefix.length));
      this.#lastInsert = { prefix: text, target };
      const lines = text.toString('latin1').split('\n').length - 1;
      return { target, at: begin + prefix.length, line: this.#lexer.line + lines };
    }
  }
}
