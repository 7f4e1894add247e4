import type { ProgressPart } from '@shardwright/core';

// Rates of the first moments mislead.
const leastMs = 500;

/** How fast each part of the work goes, counted from when it was first heard of. */
export class PartRates {
  readonly #first = new Map<string, { readonly ms: number; readonly done: number }>();

  note(parts: readonly ProgressPart[], nowMs: number): void {
    for (const { subject, done } of parts) {
      if (!this.#first.has(subject)) this.#first.set(subject, { ms: nowMs, done });
    }
  }

  /** `undefined` as long as it cannot be told. */
  perSecond({ subject, done }: ProgressPart, nowMs: number): number | undefined {
    const first = this.#first.get(subject);
    if (first === undefined || nowMs - first.ms < leastMs || done <= first.done) return undefined;
    return ((done - first.done) / (nowMs - first.ms)) * 1000;
  }
}
