/** What libraries report while they work; a terminal renderer or an NDJSON renderer shows it. */
export type ProgressEvent =
  | {
      readonly kind: 'progress';
      /** What is being done, e.g. `reading dump`. */
      readonly phase: string;
      readonly done: number;
      /** Absent while the total is unknown (standard input, compressed files read by compressed bytes know it). */
      readonly total?: number;
      readonly unit: 'bytes' | 'tables' | 'queries' | 'statements';
      /** The object at work, e.g. `public.orders`. */
      readonly subject?: string;
    }
  | { readonly kind: 'phase'; readonly phase: string }
  | { readonly kind: 'warning'; readonly message: string };
