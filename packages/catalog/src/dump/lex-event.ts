/** What the lexer found next; offsets are into the bytes it was given. */
export type LexEvent =
  | {
      readonly kind: 'statement';
      readonly start: number;
      /** Before the semicolon, which the final statement may lack. */
      readonly end: number;
      readonly line: number;
      /** The first four words, in lower case. */
      readonly words: readonly string[];
    }
  /** An INSERT begins: its rows may be many, so its reader can take over here. */
  | { readonly kind: 'insert'; readonly start: number; readonly line: number }
  /** A psql meta-command: a line, or the part of one up to `\\`. */
  | { readonly kind: 'psql'; readonly text: string; readonly line: number }
  /** A `--` comment between statements. */
  | { readonly kind: 'comment'; readonly text: string; readonly line: number }
  /** More bytes are needed; those before `keepFrom` are not. */
  | { readonly kind: 'more'; readonly keepFrom: number }
  | { readonly kind: 'end' };
