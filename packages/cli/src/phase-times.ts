import type { Clock, ProgressEvent } from '@shardwright/core';

/** Measures how long each phase of a run took, from the events that libraries emit anyway. */
export class PhaseTimes {
  readonly #clock: Clock;
  readonly #phases: { readonly name: string; readonly startMs: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(event: ProgressEvent): void {
    if (event.kind !== 'warning') this.begin(event.phase);
  }

  begin(name: string): void {
    if (this.#phases.at(-1)?.name !== name) this.#phases.push({ name, startMs: this.#clock.nowMs() });
  }

  /** One line per phase, in order: `  0.42 s  reading dump`. */
  lines(): readonly string[] {
    const endMs = this.#clock.nowMs();
    return this.#phases.map(({ name, startMs }, index) => {
      const seconds = ((this.#phases[index + 1]?.startMs ?? endMs) - startMs) / 1000;
      return `${seconds.toFixed(2).padStart(8)} s  ${name}`;
    });
  }
}
