import type { Readable } from 'node:stream';

/** Bytes of a dump's SQL text, decompressed, read piece by piece. */
export interface DumpSource extends AsyncDisposable {
  /** The file's name, or `-`. */
  readonly label: string;
  /** Bytes of the file itself, before decompression; absent for streams and directories. */
  readonly totalBytes?: number;
  /** Bytes of the file that were read so far; of the text when the file's are not known. */
  readonly doneBytes: () => number;
  /** Fills the beginning of `target` and gives back how many bytes; 0 at the end. */
  readonly read: (target: Buffer) => Promise<number>;
  /** Goes on reading at an offset of the text; absent where that cannot be had without reading what lies between. */
  readonly seek?: (offset: number) => void;
}

/** A stream's chunks, handed out in pieces of the reader's size. */
export class StreamReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async read(target: Buffer): Promise<number> {
    let filled = 0;
    // Small chunks (pipes give 64 kB) are gathered: each window costs its reader a call or two.
    while (filled < target.length) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) break;
        this.#rest = next.value;
      }
      const taken = this.#rest.copy(target, filled);
      this.#rest = this.#rest.subarray(taken);
      filled += taken;
    }
    return filled;
  }

  /** At least so many bytes, unless the stream is shorter; they are read again by `read`. */
  async peek(bytes: number): Promise<Buffer> {
    while (this.#rest.length < bytes) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
    return this.#rest;
  }

  /** Everything that was not read yet. */
  async *remaining(): AsyncGenerator<Buffer> {
    if (this.#rest.length > 0) yield this.#rest;
    this.#rest = Buffer.alloc(0);
    for (let next = await this.#chunks.next(); next.done !== true; next = await this.#chunks.next())
      yield next.value;
  }
}
