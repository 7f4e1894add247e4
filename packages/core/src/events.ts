/** What libraries report while they work; a terminal renderer or an NDJSON renderer shows it. */
export type ProgressEvent =
  | {
      readonly kind: 'progress';
      /** What is being done, e.g. `reading dump`. */
      readonly phase: string;
      readonly done: number;
      /** Absent while the total is unknown (standard input, compressed files read by compressed bytes know it). */
      readonly total?: number;
      readonly unit: 'bytes' | 'tables' | 'queries' | 'statements' | 'objects';
      /** The object at work, e.g. `public.orders`. */
      readonly subject?: string;
      /** What of `done` was done by an earlier run, and is no part of this one's rate. */
      readonly before?: number;
      /** Rows behind `done`, where they are counted. */
      readonly rows?: number;
      /** What is at work now, where that is more than one thing. */
      readonly parts?: readonly ProgressPart[];
      /** Why less is done at once than could be, e.g. `2 of 4 jobs, as a replica of … is 45 s behind`. */
      readonly slowedBy?: string;
    }
  | { readonly kind: 'phase'; readonly phase: string }
  | { readonly kind: 'warning'; readonly message: string };

/** A part of what is being done, in the unit of the whole. */
export interface ProgressPart {
  readonly subject: string;
  readonly done: number;
  readonly total: number;
  readonly rows: number;
}
