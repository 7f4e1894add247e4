/** Which share of the rows is compared. */
export interface Sample {
  readonly percent: number;
  /** A whole number that picks other rows each time. */
  readonly seed: number;
}

/** Pages of a relation: from the first on and before the other; the last range has no end. */
export interface PageRange {
  readonly first: number;
  readonly before?: number;
}

/** Rows that were written together lie together: a few places tell more than one. */
const leastRanges = 8;

/**
 * Picks ranges of no more than `mostPages` that hold about so many per cent of the pages, spread over the relation, at
 * least one page.
 */
export function sampledRanges(
  pages: number,
  { percent, seed }: Sample,
  mostPages: number,
): readonly PageRange[] {
  const wanted = Math.max(1, (pages * percent) / 100);
  const size = Math.max(1, Math.min(mostPages, Math.floor(wanted / leastRanges)));
  const all = Math.max(1, Math.ceil(pages / size));
  const count = Math.min(all, Math.max(1, Math.round(wanted / size)));
  const random = randomNumbers(seed);
  // One of each stretch: no two are the same, and none is far from all others.
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [Math.floor((at * all) / count), Math.floor(((at + 1) * all) / count)];
    const range = from + Math.floor(random() * (to - from));
    const first = range * size;
    return range === all - 1 ? { first } : { first, before: first + size };
  });
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
