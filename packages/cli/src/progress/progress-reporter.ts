import type { ProgressEvent } from '@shardwright/core';

/** Shows progress events somewhere. */
export interface ProgressReporter {
  readonly emit: (event: ProgressEvent) => void;
  /** Leaves the terminal as it was found; called before anything else is printed. */
  readonly end: () => void;
}
