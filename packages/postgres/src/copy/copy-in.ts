import { once } from 'node:events';
import type { Submittable, Connection as Wire } from 'pg';
import { type Deferred, deferred } from './deferred.ts';
import type { CopyMessages } from './message-cutter.ts';

const copyData = 'd'.charCodeAt(0);
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
const lengthBytes = 4;

/** One `COPY … FROM STDIN`. */
export class CopyInQuery implements Submittable {
  /** Fulfilled when the server wants the rows. */
  readonly asked: Promise<void>;
  /** Rows that the server took, once it has taken all. */
  readonly finished: Promise<number>;
  readonly #asked: Deferred<void> = deferred();
  readonly #finished: Deferred<number> = deferred();
  readonly #text: string;
  #wire: Wire | undefined;
  #refused = false;
  #rows = 0;
  #drained: Promise<void> | undefined;

  constructor(text: string) {
    this.#text = text;
    this.asked = this.#asked.promise;
    this.finished = this.#finished.promise;
  }

  submit(wire: Wire): void {
    this.#wire = wire;
    wire.query(this.#text);
  }

  /** Sends rows in the format of the COPY. A promise that it gives is to be awaited before more is sent. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const stream = this.#open();
    if (!stream || bytes.length === 0) return this.#whyNot();
    const header = Buffer.allocUnsafe(1 + lengthBytes);
    header[0] = copyData;
    header.writeUInt32BE(bytes.length + lengthBytes, 1);
    stream.cork();
    stream.write(header);
    stream.write(bytes);
    stream.uncork();
    return this.#waitIfFull(stream);
  }

  /** Passes on what another server sends, as it is. */
  writeMessages({ bytes, start, end }: CopyMessages): Promise<void> | undefined {
    const stream = this.#open();
    if (!stream) return this.#whyNot();
    stream.write(bytes.subarray(start, end));
    return this.#waitIfFull(stream);
  }

  /** Ends the rows. Gives how many the server took. */
  end(): Promise<number> {
    this.#open()?.write(copyDone);
    return this.finished;
  }

  /** Makes the server refuse the whole COPY. */
  async abandon(reason: string): Promise<void> {
    const text = Buffer.from(`${reason}\0`);
    const message = Buffer.allocUnsafe(1 + lengthBytes + text.length);
    message.write('f');
    message.writeUInt32BE(lengthBytes + text.length, 1);
    text.copy(message, 1 + lengthBytes);
    this.#open()?.write(message);
    await this.finished.catch(() => {});
  }

  handleCopyInResponse(): void {
    this.#asked.resolve();
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.#finished.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    // The server passes over what it is still sent.
    this.#refused = true;
    this.#asked.reject(error);
    this.#finished.reject(error);
  }

  #open(): Wire['stream'] | undefined {
    return this.#refused ? undefined : this.#wire?.stream;
  }

  /** Rejected once the server has refused the rows; nothing is sent then. */
  #whyNot(): Promise<void> | undefined {
    return this.#refused ? this.finished.then(() => {}) : undefined;
  }

  #waitIfFull(stream: Wire['stream']): Promise<void> | undefined {
    if (!stream.writableNeedDrain) return undefined;
    // A server that refuses reads no more: then the refusal ends the wait.
    this.#drained ??= Promise.race([once(stream, 'drain'), this.finished]).then(() => {
      this.#drained = undefined;
    });
    return this.#drained;
  }
}
