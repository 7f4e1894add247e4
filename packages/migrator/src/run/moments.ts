/** Told of a moment of a run, which waits. Tests end processes there. */
export type OnMoment = (moment: Moment, detail: string) => Promise<void>;

/** What a run passes; details name the object. */
export type Moment =
  | 'journal made'
  | 'step: before COMMIT'
  | 'step: after COMMIT'
  | 'recopy: emptied'
  | 'tables decided'
  | 'fenced'
  | 'chunk: before COPY'
  | 'chunk: after COPY'
  | 'chunk: before COMMIT'
  | 'chunk: after COMMIT'
  | 'shards: before COMMIT'
  | 'shards: after COMMIT'
  | 'rows loaded'
  | 'placement proven'
  | 'finishing'
  | 'sequences moved'
  | 'before done';

/** Nobody looks. */
export const unwatched: OnMoment = async () => {};
