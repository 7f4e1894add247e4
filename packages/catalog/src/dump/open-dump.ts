import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError, ShardwrightError } from '@shardwright/core';
import { type DumpSource, StreamReader } from './dump-source.ts';
import { detectFormat, headBytes } from './file-format.ts';
import { type RestoredArchive, restoreArchive } from './pg-restore.ts';
import { decompressZstd } from './zstd.ts';

const streamChunkBytes = 256 * 1024;

/**
 * Opens a dump for reading: a file, a directory archive, or `-` for standard input. Compression and archive
 * formats are told by their first bytes, not by the name.
 */
export async function openDump(input: string, stdin: Readable = process.stdin): Promise<DumpSource> {
  if (input === '-') return openStream(stdin);
  const found = await stat(input).catch((cause: unknown) => refuse(input, cause));
  if (found.isDirectory()) return openDirectory(input);
  try {
    // A pipe (`<(…)`) has a name but cannot be read twice.
    if (!found.isFile()) return await openStream(createReadStream(input), input);
    return await openFile(input, found.size);
  } catch (error) {
    return refuse(input, error);
  }
}

async function openFile(input: string, totalBytes: number): Promise<DumpSource> {
  const file = openSync(input, 'r');
  const close = async (): Promise<void> => closeSync(file);
  let done = 0;
  // Synchronous on purpose: from the page cache a read of this size takes 0.1 ms, while a round trip through
  // the thread pool cost as much as parsing what it brought (narrow rows: 250 MB/s against 600).
  const readFile = async (target: Buffer): Promise<number> => {
    try {
      const bytes = readSync(file, target, 0, target.length, done);
      done += bytes;
      return bytes;
    } catch (cause) {
      return refuse(input, cause);
    }
  };
  const head = Buffer.alloc(headBytes);
  try {
    const format = detectFormat(head.subarray(0, readSync(file, head, 0, headBytes, 0)), input);
    if (format === 'custom' || format === 'tar') {
      await close();
      return archiveSource(await restoreArchive({ path: input }, input), input);
    }
    const common = { label: input, totalBytes, doneBytes: () => done };
    if (format === 'text') {
      const seek = (offset: number): void => {
        done = offset;
      };
      return { ...common, read: readFile, seek, [Symbol.asyncDispose]: close };
    }
    const inner = await unpack(chunksOf(readFile), format, input);
    return withCleanUp({ ...inner, ...common }, async () => {
      await inner[Symbol.asyncDispose]();
      await close();
    });
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function openStream(stream: Readable, label = '-'): Promise<DumpSource> {
  const reader = new StreamReader(stream);
  const format = detectFormat((await reader.peek(headBytes)).subarray(0, headBytes), label);
  return unpackReader(reader, format, label);
}

async function openDirectory(input: string): Promise<DumpSource> {
  const toc = await stat(path.join(input, 'toc.dat')).catch(() => undefined);
  if (toc?.isFile() !== true) {
    throw new InputError(
      'this is a directory without toc.dat, so pg_dump did not write it',
      { input },
      { hint: 'Give a file, or the directory that pg_dump --format=directory made.' },
    );
  }
  return archiveSource(await restoreArchive({ path: input }, input), input);
}

async function unpack(
  bytes: AsyncIterable<Buffer>,
  format: 'gzip' | 'zstd',
  label: string,
): Promise<DumpSource> {
  const source = Readable.from(format === 'gzip' ? bytes : decompressZstd(bytes));
  const decoder = format === 'gzip' ? createGunzip({ chunkSize: streamChunkBytes }) : undefined;
  if (decoder !== undefined) source.on('error', (error) => decoder.destroy(error));
  const reader = new StreamReader(decoder === undefined ? source : source.pipe(decoder));
  const named = nameErrors(reader, format, label);
  const inner = detectFormat((await named.peek(headBytes)).subarray(0, headBytes), label);
  const unpacked = await unpackReader(named, inner, label);
  return withCleanUp(unpacked, async () => {
    await unpacked[Symbol.asyncDispose]();
    source.destroy();
    decoder?.destroy();
  });
}

type Reader = Pick<StreamReader, 'read' | 'peek' | 'remaining'>;

async function unpackReader(
  reader: Reader,
  format: ReturnType<typeof detectFormat>,
  label: string,
): Promise<DumpSource> {
  if (format === 'gzip' || format === 'zstd') return unpack(reader.remaining(), format, label);
  if (format !== 'text')
    return archiveSource(await restoreArchive({ bytes: reader.remaining() }, label), label);
  let done = 0;
  return {
    label,
    doneBytes: () => done,
    read: async (target) => {
      const bytes = await reader.read(target);
      done += bytes;
      return bytes;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function archiveSource(archive: RestoredArchive, label: string): DumpSource {
  let done = 0;
  return {
    label,
    doneBytes: () => done,
    read: async (target) => {
      const bytes = await archive.read(target);
      done += bytes;
      return bytes;
    },
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
}

/** Errors of decompression as errors about the file. */
function nameErrors(reader: StreamReader, format: 'gzip' | 'zstd', label: string): Reader {
  const rename = (cause: unknown): never => {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof InputError) throw cause;
    throw new InputError(
      `the ${format} data cannot be read: ${message}`,
      { input: label },
      {
        hint: `The file is damaged or cut off. Test it with \`${format === 'gzip' ? 'gzip' : 'zstd'} -t\` and copy or make it again.`,
        cause,
      },
    );
  };
  return {
    read: (target) => reader.read(target).catch(rename),
    peek: (bytes) => reader.peek(bytes).catch(rename),
    remaining: () => reader.remaining(),
  };
}

async function* chunksOf(read: (target: Buffer) => Promise<number>): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(streamChunkBytes);
    const bytes = await read(chunk);
    if (bytes === 0) return;
    yield chunk.subarray(0, bytes);
  }
}

function withCleanUp(source: DumpSource, dispose: () => Promise<void>): DumpSource {
  return { ...source, [Symbol.asyncDispose]: dispose };
}

function refuse(input: string, cause: unknown): never {
  if (cause instanceof ShardwrightError) throw cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reasons: Readonly<Record<string, readonly [string, string]>> = {
    ENOENT: ['there is no such file', 'Check the path; it is taken from the current directory.'],
    ENOTDIR: ['there is no such file', 'Check the path; a part of it is a file, not a directory.'],
    EACCES: ['the file may not be read', 'Give yourself read permission, or run as the user that owns it.'],
    EISDIR: ['this is a directory', 'Give a file, or a directory that pg_dump --format=directory made.'],
  };
  const [message, hint] = reasons[code] ?? [
    `the file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Check the disk or the mount it is on.',
  ];
  throw new InputError(message, { input }, { hint, cause });
}
