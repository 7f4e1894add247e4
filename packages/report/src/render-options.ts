/** What a report is told besides the analysis; the same input always gives the same text. */
export interface RenderOptions {
  /** Characters per line of text; 100 unless given. */
  readonly width?: number;
  /** Whether text may use ANSI colours; off unless given. */
  readonly color?: boolean;
  /** Version of the program, for HTML and SARIF. */
  readonly toolVersion?: string;
  /** When the analysis was made, as the report shall print it. */
  readonly madeAt?: string;
  /** The command line that plans what was analysed into the directory `plan`, for text. */
  readonly planCommand?: string;
}
