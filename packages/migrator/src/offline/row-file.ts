import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { EnvironmentError, InputError } from '@shardwright/core';
import { type CopyMessages, errorCode } from '@shardwright/postgres';
import { type Compression, compressor, decompressed } from './compression.ts';
import { copyAgain, type ExportedFile } from './manifest.ts';

const bufferBytes = 1024 * 1024;
const copyHeaderBytes = 5;

/** A file that is being written under another name, `….part`, until it is whole and on the disk. */
export class RowFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #entry: Writable;
  readonly #written: Promise<void>;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  private constructor(path: string, handle: FileHandle, compression: Compression) {
    this.#path = path;
    this.#handle = handle;
    const sink = new Writable({
      highWaterMark: bufferBytes,
      write: (piece: Buffer, _encoding, done) => {
        this.#hash.update(piece);
        this.#bytes += piece.length;
        handle.writeFile(piece).then(() => done(), done);
      },
    });
    const packer = compressor(compression);
    this.#entry = packer ?? sink;
    this.#written = packer ? pipeline(packer, sink) : finished(sink);
    this.#written.catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  /** Throws {@link EnvironmentError}. */
  static async begin(path: string, compression: Compression): Promise<RowFile> {
    const handle = await open(`${path}.part`, 'w').catch((error: unknown) => {
      throw writeFailure(path, error);
    });
    return new RowFile(path, handle, compression);
  }

  /** Takes rows as a server sends them. A promise that it gives is to be awaited before more is sent. */
  write(messages: CopyMessages): Promise<void> | undefined {
    if (this.#failure) throw writeFailure(this.#path, this.#failure.error);
    if (this.#entry.write(contentOf(messages))) return undefined;
    return this.#drained();
  }

  async #drained(): Promise<void> {
    const drain = new Promise<void>((done) => this.#entry.once('drain', done));
    try {
      await Promise.race([drain, this.#written]);
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }

  /** Gives the file its name, once it is safe on the disk. Throws {@link EnvironmentError}. */
  async end(): Promise<Pick<ExportedFile, 'bytes' | 'sha256'>> {
    try {
      this.#entry.end();
      await this.#written;
      await this.#handle.sync();
      await this.#handle.close();
      await rename(`${this.#path}.part`, this.#path);
      await syncDirectory(dirname(this.#path));
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.#entry.destroy();
    await this.#written.catch(() => {});
    await this.#handle.close().catch(() => {});
    await rm(`${this.#path}.part`, { force: true }).catch(() => {});
  }
}

/** What rows' messages hold, without the messages' headers. */
function contentOf({ bytes, start, end }: CopyMessages): Buffer {
  const content = Buffer.allocUnsafe(end - start);
  let length = 0;
  for (let at = start; at < end; ) {
    const next = at + 1 + bytes.readUInt32BE(at + 1);
    length += bytes.copy(content, length, at + copyHeaderBytes, next);
    at = next;
  }
  return content.subarray(0, length);
}

/** Makes names in a directory outlast a crash of the machine. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** What to tell when a file of an export could not be written. */
export function writeFailure(path: string, cause: unknown): EnvironmentError {
  if (cause instanceof EnvironmentError) return cause;
  const isFull = errorCode(cause) === 'ENOSPC' || errorCode(cause) === 'EDQUOT';
  const why = isFull ? 'the disk is full' : cause instanceof Error ? cause.message : String(cause);
  return new EnvironmentError(`cannot write ${path}: ${why}`, {
    hint: `${isFull ? 'Make room' : 'Check the permissions there'}, and run the same command again: it goes on where it was.`,
    cause,
  });
}

/** Gives what a file holds, and at the end throws {@link InputError} where it is not what was exported. */
export async function* readRowFile(
  path: string,
  file: ExportedFile,
  compression: Compression,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const input = createReadStream(path, { highWaterMark: 256 * 1024 });
  const seen = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      hash.update(piece);
      done(null, piece);
    },
  });
  input.on('error', (error) => seen.destroy(error));
  try {
    yield* decompressed(input.pipe(seen), compression);
  } catch (error) {
    await refuseDamaged(path, file);
    throw error;
  } finally {
    input.destroy();
    seen.destroy();
  }
  if (hash.digest('hex') !== file.sha256) throw damaged(path);
}

/** Throws {@link InputError} where a file is not what was exported. */
export async function refuseDamaged(path: string, file: ExportedFile): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  } catch (cause) {
    throw new InputError('the file cannot be read', { input: path }, { hint: copyAgain, cause });
  }
  if (hash.digest('hex') !== file.sha256) throw damaged(path);
}

function damaged(path: string): InputError {
  return new InputError(
    'the file is damaged: its SHA-256 is not the one in the manifest, and none of its rows were loaded',
    { input: path },
    { hint: copyAgain },
  );
}
