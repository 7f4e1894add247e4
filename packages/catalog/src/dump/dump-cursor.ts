import { type Context, InterruptedError } from '@shardwright/core';
import { maxWindowBytes, type TableMeasurer, windowAt } from '../measure/index.ts';
import type { DumpSource } from './dump-source.ts';
import { DumpWindow } from './dump-window.ts';
import { SqlLexer } from './sql-lexer.ts';

const progressIntervalMs = 100;

/** The place in a dump that is being read; what reads rows and what reads statements take turns with it. */
export class DumpCursor {
  readonly measurer: TableMeasurer;
  readonly lexer: SqlLexer;
  readonly window: DumpWindow;
  readonly #source: DumpSource;
  readonly #context: Context;
  #lastProgressMs = Number.NEGATIVE_INFINITY;
  /** The table whose rows are being read, for those who watch. */
  subject: string | undefined;

  constructor(source: DumpSource, measurer: TableMeasurer, context: Context) {
    this.#source = source;
    this.#context = context;
    this.measurer = measurer;
    const { bytes } = measurer.kernel;
    this.window = new DumpWindow(source, { bytes, first: windowAt, capacity: maxWindowBytes });
    this.lexer = new SqlLexer(source.label);
    this.lexer.jump(windowAt, 1);
  }

  /** The input's name, for errors. */
  get label(): string {
    return this.#source.label;
  }

  /** Reads on and keeps the bytes from `keepFrom`; the lexer's place moves with them. */
  async advance(keepFrom: number): Promise<void> {
    const hasRoom = await this.read(keepFrom);
    if (!hasRoom) throw this.lexer.tooLong(maxWindowBytes);
    this.lexer.shift(keepFrom - this.window.first);
  }

  /** Reads on; false when what is kept fills the window. The lexer stays where it was. */
  async read(keepFrom: number): Promise<boolean> {
    if (this.#context.signal.aborted) throw new InterruptedError(`reading ${this.label} was stopped`);
    // Rows not counted yet are named by their place in the window, which moves.
    this.measurer.flush();
    const hasRoom = await this.window.advance(keepFrom);
    const now = this.#context.clock.nowMs();
    if (now - this.#lastProgressMs >= progressIntervalMs) {
      this.#lastProgressMs = now;
      this.report();
      // Reads are synchronous: signals and timers get their turn here.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return hasRoom;
  }

  /** Tells how far the reading has come. */
  report(): void {
    const { totalBytes } = this.#source;
    this.#context.emit({
      kind: 'progress',
      phase: 'reading dump',
      done: this.#source.doneBytes(),
      ...(totalBytes === undefined ? {} : { total: totalBytes }),
      unit: 'bytes',
      ...(this.subject === undefined ? {} : { subject: this.subject }),
    });
  }
}
