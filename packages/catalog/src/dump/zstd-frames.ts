const [frameMagic, skippableMagic] = [0xfd2fb528, 0x184d2a50];
// By two bits of the frame's descriptor each.
const dictionaryBytes = [0, 1, 2, 4];
const sizeBytes = [0, 2, 4, 8];
const runLengthBlock = 1;

/** What the next bytes are, of which so many are needed. */
type Part = 'magic' | 'skippable-size' | 'descriptor' | 'block' | 'passed';

/**
 * Tells where the frames of zstd data end, without decompressing: lengths stand before what they measure. Node's
 * decompressor stops at the end of the first frame, as if nothing followed, and the one of Node 22 takes a frame
 * that was cut off for a whole one; files of several frames come from pzstd and from `cat`.
 */
export class ZstdFrames {
  #part: Part = 'magic';
  /** Bytes of the part at hand, or bytes to pass over. */
  #needed = 4;
  #collected: number[] = [];
  #next: Part = 'magic';
  #hasChecksum = false;

  /** Whether a frame ended, and nothing of another was seen. */
  get isBetween(): boolean {
    return this.#part === 'magic' && this.#needed === 4;
  }

  /** Reads on to the end of a frame or of the chunk, and gives back where that is. */
  scan(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; ) {
      if (this.#part === 'passed') {
        const passed = Math.min(this.#needed, chunk.length - at);
        at += passed;
        this.#needed -= passed;
      } else {
        this.#collected.push(chunk[at++] ?? 0);
        if (--this.#needed === 0) this.#read(Buffer.from(this.#collected.splice(0)));
      }
      if (this.#part === 'passed' && this.#needed === 0) this.#expect(this.#next);
      if (this.isBetween) return at;
    }
    return chunk.length;
  }

  #expect(part: Part): void {
    this.#part = part;
    this.#needed = part === 'descriptor' ? 1 : part === 'block' ? 3 : 4;
  }

  #pass(bytes: number, next: Part): void {
    this.#part = 'passed';
    this.#needed = bytes;
    this.#next = next;
  }

  #read(bytes: Buffer): void {
    switch (this.#part) {
      case 'magic': {
        const magic = bytes.readUInt32LE();
        if (magic === frameMagic) this.#expect('descriptor');
        else if ((magic & 0xfffffff0) >>> 0 === skippableMagic) this.#expect('skippable-size');
        // Not zstd: the decompressor says so.
        else this.#pass(Number.POSITIVE_INFINITY, 'magic');
        break;
      }
      case 'skippable-size':
        this.#pass(bytes.readUInt32LE(), 'magic');
        break;
      case 'descriptor': {
        const descriptor = bytes[0] ?? 0;
        const isSingle = (descriptor & 32) !== 0;
        this.#hasChecksum = (descriptor & 4) !== 0;
        const size = sizeBytes[descriptor >> 6] || (isSingle ? 1 : 0);
        this.#pass((isSingle ? 0 : 1) + (dictionaryBytes[descriptor & 3] ?? 0) + size, 'block');
        break;
      }
      case 'block': {
        const header = bytes.readUIntLE(0, 3);
        const content = ((header >> 1) & 3) === runLengthBlock ? 1 : header >> 3;
        const isLast = (header & 1) !== 0;
        this.#pass(content + (isLast && this.#hasChecksum ? 4 : 0), isLast ? 'magic' : 'block');
        break;
      }
      default:
        break;
    }
  }
}
