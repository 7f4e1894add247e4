/**
 * Which rows of a table to measure when at most `limit` may be, with its length unknown: phase by phase the
 * stride doubles, so that the sample reaches through the table whatever its length. A sixteenth of the limit is
 * spent in each phase, one row at random out of each stride; a measured row stands for a stride of rows. Tables of
 * up to 4,096 × limit rows stay strictly within it; beyond, the last phases' stride keeps growing fourfold.
 */
export class SamplePlan {
  readonly #quota: number;
  #left: number;
  #phase = 0;
  #tail = 0;
  #random = 0x2545f491;

  constructor(limit: number) {
    this.#quota = Math.max(1, Math.floor(limit / 16));
    this.#left = this.#quota;
  }

  /** Rows to pass over, then one to measure that stands for `weight` rows. */
  next(): { readonly skip: number; readonly weight: number } {
    if (this.#left === 0) {
      this.#phase += this.#phase < 16 ? 1 : 2;
      this.#left = this.#quota;
    }
    this.#left--;
    const stride = 2 ** this.#phase;
    const chosen = Math.floor(this.#uniform() * stride);
    const skip = this.#tail + chosen;
    this.#tail = stride - 1 - chosen;
    return { skip, weight: stride };
  }

  // xorshift32 with a fixed seed: the same dump gives the same report.
  #uniform(): number {
    let state = this.#random;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#random = state;
    return (state >>> 0) / 2 ** 32;
  }
}
