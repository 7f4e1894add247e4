import { displayName, InputError } from '@shardwright/core';
import type { DumpCursor } from './dump-cursor.ts';
import type { DumpTarget } from './dump-target.ts';
import { InsertRows, type RowsProgress, readInsertPrefix } from './insert-reader.ts';

const newline = 10;
const semicolon = 59;

type Target = ReturnType<DumpTarget['copyTarget']>;

/** The beginning of an INSERT, which a dump repeats for every row of a table. */
interface Beginning {
  readonly text: Buffer;
  readonly lines: number;
  readonly target: Target;
}

/** Measures INSERTs whose rows are written out, without keeping the statements. */
export class InsertSections {
  readonly #cursor: DumpCursor;
  readonly #target: DumpTarget;
  readonly #rows: InsertRows;
  readonly #unknownTables = new Set<string>();
  #last: Beginning | undefined;
  #begun: Target;
  /** Whether the lexer's next statement is only what follows the rows: ON CONFLICT, RETURNING. */
  leavesRest = false;
  /** Statements that were read on the way to the end of another. */
  passed = 0;

  constructor(cursor: DumpCursor, target: DumpTarget) {
    this.#cursor = cursor;
    this.#target = target;
    this.#rows = new InsertRows(cursor.measurer);
  }

  /** Tables may have changed, or others written rows: begin anew with the next INSERT. */
  forget(): void {
    this.#last = undefined;
    this.#begun = undefined;
  }

  /**
   * Takes the INSERT that begins at `start`; false when it must go on as a statement. Without a promise when all
   * of it is at hand: dumps hold one INSERT per row.
   */
  take(start: number): true | Promise<boolean> {
    const { lexer, window } = this.#cursor;
    const last = this.#last;
    if (last === undefined || !isRepeated(window.bytes, start, window.end, last.text))
      return this.#takeNew(start);
    this.#begin(last.target);
    const progress = this.#read(start + last.text.length, lexer.line + last.lines);
    lexer.jump(progress.position, progress.line);
    const isWhole = progress.state === 'done' && progress.position < window.end;
    if (isWhole && window.bytes[progress.position] === semicolon) return true;
    return this.#finish(progress.state);
  }

  async #takeNew(start: number): Promise<boolean> {
    const { lexer, window } = this.#cursor;
    let begin = start;
    for (;;) {
      const prefix = readInsertPrefix(window.bytes, begin, window.end);
      if (prefix === undefined || (prefix === 'more' && window.isLast)) return false;
      if (prefix === 'more') {
        await this.#cursor.advance(begin);
        begin = window.first;
        continue;
      }
      const target = this.#target.copyTarget(prefix, prefix.columns);
      const key = JSON.stringify([prefix.schema, prefix.name]);
      // The first INSERT into a table that is not known goes to the catalog, which says so.
      if (target === undefined && !this.#unknownTables.has(key)) {
        this.#unknownTables.add(key);
        return false;
      }
      const text = Buffer.from(window.bytes.subarray(begin, begin + prefix.length));
      const lines = text.filter((byte) => byte === newline).length;
      this.#last = { text, lines, target };
      this.#begin(target);
      this.#cursor.measurer.expectInserts(text, target?.columns.length ?? -1);
      lexer.jump(begin + prefix.length, lexer.line + lines);
      return this.#finish('more');
    }
  }

  #begin(target: Target): void {
    // A table's INSERTs follow each other: its batch goes on filling.
    if (target === undefined) this.#cursor.measurer.beginUnknown();
    else if (target !== this.#begun) {
      this.#cursor.measurer.begin(target.table, target.columns);
      this.#cursor.subject = displayName(target.table);
    }
    this.#begun = target;
  }

  #read(position: number, line: number): RowsProgress {
    const { window, lexer } = this.#cursor;
    const { standardConformingStrings } = lexer;
    const options = { line, isLast: window.isLast, standardConformingStrings };
    const progress = this.#rows.read(window.bytes, position, window.end, options);
    this.passed += progress.statements;
    return progress;
  }

  /** Reads the rows that are left from the lexer's place on, then what follows them. */
  async #finish(first: RowsProgress['state']): Promise<true> {
    const { lexer, window, label } = this.#cursor;
    for (let state = first; state === 'more'; ) {
      const progress = this.#read(lexer.at, lexer.line);
      state = progress.state;
      lexer.jump(progress.position, progress.line);
      if (state === 'done') break;
      if (window.isLast) {
        throw new InputError(
          'this row of an INSERT has no end',
          { input: label, line: lexer.line },
          {
            hint: 'The file is cut off, or a quote is missing. Make the dump again, or close what is open at this line.',
          },
        );
      }
      await this.#cursor.advance(lexer.at);
    }
    for (;;) {
      let { at, line } = lexer;
      for (; at < window.end && (window.bytes[at] ?? 0) <= 32; at++) if (window.bytes[at] === newline) line++;
      lexer.jump(at, line);
      this.leavesRest = at < window.end && window.bytes[at] !== semicolon;
      if (at < window.end || window.isLast) return true;
      await this.#cursor.advance(at);
    }
  }
}

/** Whether a beginning stands at `start` with something behind it. */
function isRepeated(bytes: Buffer, start: number, end: number, text: Buffer): boolean {
  if (start + text.length >= end) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false;
  return true;
}
