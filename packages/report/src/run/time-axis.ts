/** When something was at work, in milliseconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A stretch in which nothing was at work. */
export interface Pause extends Interval {
  /** Where it is on the axis. */
  readonly at: number;
}

/** Less is waiting between two steps, not a run that was ended. */
const leastPauseMs = 30_000;
const pauseShare = 0.02;

/** Places of moments on a line from 0 to 1, on which long pauses, such as those between two runs, are short. */
export class TimeAxis {
  /** Of the work, without pauses. */
  readonly workedMs: number;
  readonly pauses: readonly Pause[];
  readonly #stretches: readonly (Interval & { readonly start: number; readonly share: number })[];

  constructor(work: readonly Interval[]) {
    const stretches = mergeNear(work);
    this.workedMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
    const room = 1 - pauseShare * Math.max(0, stretches.length - 1);
    let start = 0;
    this.#stretches = stretches.map(({ from, to }) => {
      const share = this.workedMs === 0 ? room : ((to - from) / this.workedMs) * room;
      const stretch = { from, to, start, share };
      start += share + pauseShare;
      return stretch;
    });
    this.pauses = this.#stretches.slice(1).map((next, index) => ({
      from: this.#stretches[index]?.to ?? next.from,
      to: next.from,
      at: next.start - pauseShare / 2,
    }));
  }

  get from(): number {
    return this.#stretches[0]?.from ?? 0;
  }

  get to(): number {
    return this.#stretches.at(-1)?.to ?? 0;
  }

  at(ms: number): number {
    const stretch = this.#stretches.find(({ to }) => ms <= to) ?? this.#stretches.at(-1);
    if (stretch === undefined) return 0;
    const { from, to, start, share } = stretch;
    const inside = to === from ? 0 : (Math.min(to, Math.max(from, ms)) - from) / (to - from);
    return start + inside * share;
  }
}

function mergeNear(work: readonly Interval[]): readonly Interval[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...work].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || from - last.to > leastPauseMs) merged.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return merged;
}
