import { Transform, type TransformCallback } from 'node:stream';
import zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** A zstd decompressor: Node's own from 22.15 on, else one in JavaScript, which is slower. */
export function createZstdStream(): Transform {
  const native = (zlib as { readonly createZstdDecompress?: () => Transform }).createZstdDecompress;
  return native === undefined ? new JavascriptZstd() : native();
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
