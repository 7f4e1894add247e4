import { type DumpSource, openDump } from '@shardwright/catalog';
import { InputError } from '@shardwright/core';
import { messageHeaderBytes, rowEnd } from './text-rows.ts';

/** Rows of a dump's text that are read in chunks: of so many bytes each, to the end of the row that begins in them. */
export interface ChunkedRows {
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  readonly chunkBytes: number;
  /** At least one. */
  readonly chunks: number;
  /** Whether a chunk, counted from 0, is to be read. */
  readonly isWanted: (chunk: number) => boolean;
}

/** A chunk as it was read. */
export interface ReadChunk<Rows extends ChunkedRows> {
  readonly of: Rows;
  readonly chunk: number;
  /** Whole rows, with room in front for the header of a message. */
  readonly bytes: Buffer;
}

/** How many chunks rows are cut into. */
export function chunkCount(bytes: number, chunkBytes: number): number {
  return Math.max(1, Math.ceil(bytes / chunkBytes));
}

// Rows are rarely longer: what a chunk's last row needs beyond the chunk is mostly read with it.
const slackBytes = 64 * 1024;
const skippedBytes = 1024 * 1024;

/**
 * Reads the chunks that are wanted, in the order of the text, in one pass: each when it is asked for. Where a chunk ends
 * follows from the text alone, so that its number means the same rows whenever the dump is read.
 */
export async function* readChunks<Rows extends ChunkedRows>(
  file: string,
  sections: readonly Rows[],
): AsyncGenerator<ReadChunk<Rows>> {
  await using source = await openDump(file);
  const text = new TextReader(source);
  for (const section of [...sections].sort((a, b) => a.start - b.start)) {
    const wanted = Array.from({ length: section.chunks }, (_, chunk) => chunk).filter(section.isWanted);
    const last = wanted.at(-1);
    if (last === undefined) continue;
    await text.skipTo(section.start);
    let rest: Buffer = Buffer.alloc(0);
    let at = section.start;
    for (let chunk = 0; chunk <= last; chunk++) {
      const boundary = Math.min(section.end, section.start + (chunk + 1) * section.chunkBytes);
      const read = await text.readRows({ at, boundary, end: section.end, rest });
      if (section.isWanted(chunk)) yield { of: section, chunk, bytes: read.rows };
      at += read.rows.length - messageHeaderBytes;
      rest = read.rest;
    }
  }
}

interface RowsWanted {
  /** Where the first row begins, whose bytes are those of `rest`. */
  readonly at: number;
  /** All rows that begin before. */
  readonly boundary: number;
  /** Where the last row of the section ends. */
  readonly end: number;
  readonly rest: Buffer;
}

class TextReader {
  readonly #source: DumpSource;
  #position = 0;

  constructor(source: DumpSource) {
    this.#source = source;
  }

  async skipTo(offset: number): Promise<void> {
    if (this.#source.seek) {
      this.#source.seek(offset);
      this.#position = offset;
      return;
    }
    const scratch = Buffer.allocUnsafe(skippedBytes);
    while (this.#position < offset) {
      await this.#read(scratch.subarray(0, Math.min(skippedBytes, offset - this.#position)));
    }
  }

  async readRows({
    at,
    boundary,
    end,
    rest,
  }: RowsWanted): Promise<{ readonly rows: Buffer; readonly rest: Buffer }> {
    const needed = Math.max(0, boundary - at);
    let bytes = Buffer.allocUnsafeSlow(messageHeaderBytes + Math.max(rest.length, needed + slackBytes));
    let filled = messageHeaderBytes + rest.copy(bytes, messageHeaderBytes);
    const last = messageHeaderBytes + needed;
    for (let search = last; ; ) {
      const found = needed === 0 ? messageHeaderBytes : filled < last ? -1 : rowEnd(bytes, search, filled);
      if (found >= 0)
        return { rows: bytes.subarray(0, found), rest: Buffer.from(bytes.subarray(found, filled)) };
      // The newline that ends the row may be the next byte.
      search = Math.max(last, filled);
      if (filled === bytes.length) {
        const larger = Buffer.allocUnsafeSlow(bytes.length * 2);
        bytes.copy(larger, 0, 0, filled);
        bytes = larger;
      }
      filled += await this.#read(
        bytes.subarray(filled, filled + Math.min(bytes.length - filled, end - this.#position)),
      );
    }
  }

  /** Something at least. */
  async #read(target: Buffer): Promise<number> {
    const bytes = target.length === 0 ? 0 : await this.#source.read(target);
    if (bytes === 0) {
      throw new InputError(
        'the dump is not what it was a moment ago',
        { input: this.#source.label },
        { hint: 'Let nothing write to the file, and run it again.' },
      );
    }
    this.#position += bytes;
    return bytes;
  }
}
