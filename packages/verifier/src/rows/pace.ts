import type { Context } from '@shardwright/core';

/** Holds readers back so that the source is not read faster than it may be. */
export class Pace {
  readonly #bytesPerSecond: number | undefined;
  readonly #context: Context;
  #freeAtMs = 0;

  constructor(bytesPerSecond: number | undefined, context: Context) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#context = context;
  }

  /** Waits until `bytes` more may be read. */
  async wait(bytes: number): Promise<void> {
    if (this.#bytesPerSecond === undefined) return;
    const nowMs = this.#context.clock.nowMs();
    const startMs = Math.max(nowMs, this.#freeAtMs);
    this.#freeAtMs = startMs + (bytes / this.#bytesPerSecond) * 1000;
    if (startMs <= nowMs) return;
    const { signal } = this.#context;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, startMs - nowMs);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
