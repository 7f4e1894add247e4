/** One figure held against what this project promises. */
export interface Verdict {
  readonly what: string;
  readonly measured: string;
  readonly promised: string;
  readonly kept: boolean;
}

/** One line each. */
export function describeVerdicts(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(
    ({ what, measured, promised, kept }) =>
      `${kept ? 'kept  ' : 'BROKEN'} ${what}: ${measured} (promised: ${promised})`,
  );
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
