import type { ProgressEvent } from './events.ts';

/** How effects that are not data reach a function: cancellation, progress, time. */
export interface Context {
  readonly signal: AbortSignal;
  /** Libraries report through this and never print. */
  readonly emit: (event: ProgressEvent) => void;
  readonly clock: Clock;
}

/** Time as a dependency, so that tests can hold it still. */
export interface Clock {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** A context that cannot be cancelled and tells nobody: for tests and library use. */
export function quietContext(overrides: Partial<Context> = {}): Context {
  return {
    signal: new AbortController().signal,
    emit: () => {},
    clock: { nowMs: () => performance.now() },
    ...overrides,
  };
}
