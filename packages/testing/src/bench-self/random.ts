/** Numbers that a seed determines. */
export interface Random {
  /** A whole number from 0 to below `bound`, all alike likely. */
  below(bound: number): number;
  /** A whole number from 0 to below `bound`, small ones much likelier, as tenants differ in size. */
  skewedBelow(bound: number): number;
}

/** The mulberry32 generator: 32 bits of state, fast, good enough to vary test data. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    below: (bound) => Math.floor(next() * bound),
    skewedBelow: (bound) => Math.floor(next() ** 4 * bound),
  };
}
