import { shardIndex } from '@shardwright/hashing';

const firstBytes = 64 * 1024;

/** Rows of a table sorted by shard, until they are sent. */
export class ShardBuffers {
  /** Bytes that are held. */
  held = 0;
  readonly #buffers: Buffer[];
  readonly #filled: number[];
  readonly #rows: number[];
  readonly #wanted: readonly boolean[];

  /** @param wanted For each shard in order of ranges, whether its rows are to be kept. */
  constructor(wanted: readonly boolean[]) {
    this.#wanted = wanted;
    this.#buffers = wanted.map(() => Buffer.allocUnsafeSlow(firstBytes));
    this.#filled = wanted.map(() => 0);
    this.#rows = wanted.map(() => 0);
  }

  add(hash: number, bytes: Buffer, start: number, end: number): void {
    const shard = shardIndex(hash, this.#wanted.length);
    this.#rows[shard] = (this.#rows[shard] ?? 0) + 1;
    if (!this.#wanted[shard]) return;
    const filled = this.#filled[shard] ?? 0;
    const after = filled + end - start;
    let buffer = this.#buffers[shard] as Buffer;
    if (after > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(after, buffer.length * 2));
      buffer.copy(larger, 0, 0, filled);
      this.#buffers[shard] = larger;
      buffer = larger;
    }
    bytes.copy(buffer, filled, start, end);
    this.#filled[shard] = after;
    this.held += end - start;
  }

  /** What is held of a shard; gone once the next row of it is added after {@link clear}. */
  bytesOf(shard: number): Buffer {
    return (this.#buffers[shard] as Buffer).subarray(0, this.#filled[shard]);
  }

  /** Rows of a shard that came since the beginning, kept or not. */
  rowsOf(shard: number): number {
    return this.#rows[shard] ?? 0;
  }

  clear(): void {
    this.#filled.fill(0);
    this.held = 0;
    // One giant row must not keep its room.
    for (const [shard, buffer] of this.#buffers.entries()) {
      if (buffer.length > largestKept) this.#buffers[shard] = Buffer.allocUnsafeSlow(firstBytes);
    }
  }
}

const largestKept = 8 * 1024 * 1024;
