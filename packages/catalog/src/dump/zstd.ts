import { Readable, Transform, type TransformCallback } from 'node:stream';
import zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { ZstdFrames } from './zstd-frames.ts';

/** What zstd data holds, frame after frame. Throws where it is damaged, and when it ends within a frame. */
export async function* decompressZstd(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = new FrameSource(input);
  while (await frames.hasMore()) {
    const source = Readable.from(frames.one());
    const decoder = createDecoder();
    source.on('error', (error) => decoder.destroy(error));
    try {
      for await (const chunk of source.pipe(decoder)) yield chunk;
    } finally {
      source.destroy();
    }
  }
}

/** Node's own decompressor from 22.15 on, else one in JavaScript, which takes half as long again. */
function createDecoder(): Transform {
  const native = (
    zlib as {
      readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => Transform;
    }
  ).createZstdDecompress;
  return native === undefined ? new JavascriptZstd() : native({ chunkSize: 256 * 1024 });
}

/** The input's chunks, cut where frames end. */
class FrameSource {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #frames = new ZstdFrames();
  #rest: Buffer = Buffer.alloc(0);

  constructor(input: AsyncIterable<Buffer>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  async hasMore(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }

  async *one(): AsyncGenerator<Buffer> {
    do {
      if (!(await this.hasMore())) throw new Error('unexpected end of file');
      const end = this.#frames.scan(this.#rest, 0);
      yield this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
    } while (!this.#frames.isBetween);
  }
}

class JavascriptZstd extends Transform {
  readonly #decoder: Decompress;

  constructor() {
    super();
    // The decoder reuses its buffers, so what it hands out is copied.
    this.#decoder = new Decompress((chunk) => {
      if (chunk.length > 0) this.push(Buffer.from(chunk));
    });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#feed(chunk, false, done);
  }

  override _flush(done: TransformCallback): void {
    this.#feed(new Uint8Array(0), true, done);
  }

  #feed(chunk: Uint8Array, isLast: boolean, done: TransformCallback): void {
    try {
      this.#decoder.push(chunk, isLast);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done();
  }
}
