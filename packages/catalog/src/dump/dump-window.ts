import type { DumpSource } from './dump-source.ts';

/** Large enough that a read's fixed cost is lost in it, small enough to stay in the L2 cache while it is parsed. */
const chunkBytes = 512 * 1024;

/** The part of the input at hand, in memory that others own, moving over the whole. */
export class DumpWindow {
  readonly bytes: Buffer;
  readonly #first: number;
  readonly #capacity: number;
  readonly #source: DumpSource;
  #end: number;
  #isLast = false;
  #readBytes = 0;
  #addedBytes = 0;

  constructor(
    source: DumpSource,
    place: { readonly bytes: Buffer; readonly first: number; readonly capacity: number },
  ) {
    this.#source = source;
    this.bytes = place.bytes;
    this.#first = place.first;
    this.#capacity = place.capacity;
    this.#end = place.first;
  }

  /** Where the window begins and ends in `bytes`. */
  get first(): number {
    return this.#first;
  }
  get end(): number {
    return this.#end;
  }

  /** Whether nothing follows the window. */
  get isLast(): boolean {
    return this.#isLast;
  }

  /** Bytes read since the beginning. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** How far into the text an address of `bytes` is that was not cut out since. */
  offsetOf(at: number): number {
    return this.#readBytes + this.#addedBytes - (this.#end - at);
  }

  /** Lets go of what lies before `keepFrom` and reads on; false when there is no room for more. */
  async advance(keepFrom: number): Promise<boolean> {
    const kept = this.#end - keepFrom;
    if (kept >= this.#capacity) return false;
    if (keepFrom > this.#first) this.bytes.copyWithin(this.#first, keepFrom, this.#end);
    this.#end = this.#first + kept;
    // Reading as much as is kept moves every byte of a long statement a bounded number of times.
    const room = Math.min(this.#capacity - kept, Math.max(chunkBytes, kept));
    const bytes = await this.#source.read(this.bytes.subarray(this.#end, this.#end + room));
    this.#end += bytes;
    this.#readBytes += bytes;
    if (bytes === 0) this.#isLast = true;
    return true;
  }

  /** Takes bytes that were written behind the end. */
  extend(by: number): void {
    this.#end += by;
    this.#addedBytes += by;
  }

  /** Cuts bytes out of the window. */
  drop(from: number, to: number): void {
    this.bytes.copyWithin(from, to, this.#end);
    this.#end -= to - from;
  }
}
