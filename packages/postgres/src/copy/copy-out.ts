import type { Submittable, Connection as Wire } from 'pg';
import { type Deferred, deferred } from './deferred.ts';
import { type CopyMessages, MessageCutter } from './message-cutter.ts';

/**
 * Takes CopyData messages as they come, whole, each one row (or the header or trailer of the binary format). Reading
 * stops until a promise that it gives is fulfilled.
 */
export type TakeMessages = (messages: CopyMessages) => Promise<void> | undefined;

/** How a `COPY … TO STDOUT` ended. */
interface CopiedOut {
  readonly rows: number;
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * One `COPY … TO STDOUT`, read off the socket: the driver's own parser makes an object of every row, which takes
 * longer than the server takes to send it.
 */
export class CopyOutQuery implements Submittable {
  /** Rows that were sent, once all are, and why they were not all taken. Rejected with the server's error only. */
  readonly finished: Promise<CopiedOut>;
  readonly #finished: Deferred<CopiedOut> = deferred();
  readonly #text: string;
  readonly #take: TakeMessages;
  readonly #cutter = new MessageCutter();
  #rows = 0;
  #taken: Promise<unknown> = Promise.resolve();
  #failure: CopiedOut['failure'];
  #giveBack: (bytes: Buffer) => void = () => {};

  constructor(text: string, take: TakeMessages) {
    this.#text = text;
    this.#take = take;
    this.finished = this.#finished.promise;
  }

  submit(wire: Wire): void {
    const { stream } = wire;
    const [driver] = stream.listeners('data') as ((bytes: Buffer) => void)[];
    if (!driver) throw new Error('the driver does not read its socket');
    const onData = (bytes: Buffer): void => this.#read(bytes, stream);
    stream.removeListener('data', driver);
    stream.on('data', onData);
    this.#giveBack = (bytes) => {
      this.#giveBack = () => {};
      stream.removeListener('data', onData);
      stream.on('data', driver);
      if (bytes.length > 0) driver(bytes);
    };
    wire.query(this.#text);
  }

  #read(bytes: Buffer, stream: Wire['stream']): void {
    const { messages, rest } = this.#cutter.cut(bytes);
    const wait = this.#deliver(messages);
    if (wait) {
      stream.pause();
      this.#taken = wait.catch((error: unknown) => this.#fail(error)).finally(() => stream.resume());
    }
    if (rest) this.#giveBack(rest);
  }

  /** One after the other: while the receiver waits it is given nothing. */
  #deliver(messages: readonly CopyMessages[]): Promise<void> | undefined {
    for (const [index, some] of messages.entries()) {
      const wait = this.#deliverOne(some);
      if (wait) return wait.then(() => this.#deliver(messages.slice(index + 1)));
    }
    return undefined;
  }

  /** What comes after a failure of the receiver is thrown away: the server cannot be told to stop. */
  #deliverOne(messages: CopyMessages): Promise<void> | undefined {
    if (this.#failure !== undefined) return undefined;
    try {
      return this.#take(messages);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.#taken.then(() => {
      this.#finished.resolve({ rows: this.#rows, failure: this.#failure });
    });
  }

  handleError(error: unknown): void {
    this.#giveBack(Buffer.alloc(0));
    this.#finished.reject(error);
  }

  handleCopyData(): void {}
}
