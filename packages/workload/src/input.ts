import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Context, InputError, InterruptedError } from '@shardwright/core';

/** A workload file, decompressed, with its beginning to tell what it is. */
export interface WorkloadInput {
  readonly label: string;
  /** The first 64 KiB, or all of a shorter file. */
  readonly head: Buffer;
  /** The whole text, the head included; can be read once. */
  readonly bytes: AsyncIterable<Buffer>;
}

const headBytes = 64 * 1024;
const progressEveryBytes = 4 * 1024 * 1024;

/** Opens a file, through gunzip when it is compressed. Throws {@link InputError}. */
export async function openInput(path: string, context: Context): Promise<WorkloadInput> {
  const size = await checkFile(path);
  const plain = startOf(fileBytes(path, size, context), 4);
  const magic = (await plain.head).subarray(0, 4);
  if (magic.equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) {
    throw new InputError('is compressed with zstd', { input: path }, { hint: 'Unpack it first: zstd -d.' });
  }
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const { head, bytes } = startOf(isGzip ? gunzip(plain.bytes, path) : plain.bytes, headBytes);
  return { label: path, head: (await head).subarray(0, headBytes), bytes };
}

async function checkFile(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw new InputError(
        'is a directory',
        { input: path },
        { hint: 'Name one file; the option can be repeated.' },
      );
    }
    await (await open(path)).close();
    return found.size;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason =
      code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'permission denied' : 'cannot be read';
    throw new InputError(
      reason,
      { input: path },
      { hint: 'Check the path of the workload file.', cause: error },
    );
  }
}

async function* fileBytes(path: string, size: number, context: Context): AsyncGenerator<Buffer> {
  let done = 0;
  let told = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    if (context.signal.aborted) throw new InterruptedError(`stopped reading ${path}`);
    yield chunk as Buffer;
    done += (chunk as Buffer).length;
    if (done - told < progressEveryBytes && done < size) continue;
    told = done;
    context.emit({
      kind: 'progress',
      phase: 'reading workload',
      done,
      total: size,
      unit: 'bytes',
      subject: path,
    });
  }
}

async function* gunzip(compressed: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const unpacked = createGunzip();
  // Errors reach the reader of `unpacked`: pipeline destroys it with them.
  pipeline(Readable.from(compressed), unpacked, () => {});
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof InputError || error instanceof InterruptedError) throw error;
    throw new InputError(
      'the gzip data is broken or cut off',
      { input: path },
      { hint: 'Check it with: gzip -t.', cause: error },
    );
  }
}

/** The first bytes of a stream, and the whole stream all the same. */
function startOf(
  source: AsyncIterable<Buffer>,
  atLeast: number,
): { readonly head: Promise<Buffer>; readonly bytes: AsyncIterable<Buffer> } {
  const reader = source[Symbol.asyncIterator]();
  const head = (async () => {
    const chunks: Buffer[] = [];
    for (let length = 0; length < atLeast; ) {
      const next = await reader.next();
      if (next.done) break;
      chunks.push(next.value);
      length += next.value.length;
    }
    return Buffer.concat(chunks);
  })();
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      yield await head;
      for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value;
    } finally {
      await reader.return?.();
    }
  }
  return { head, bytes: bytes() };
}
