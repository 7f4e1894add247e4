import type { Paint } from './paint.ts';

/** A section of the terminal report: its title and its lines; nothing is printed without lines. */
export interface TextSection {
  readonly title: string;
  readonly remark?: string;
  readonly lines: readonly string[];
}

/** What every section is given. */
export interface TextStyle {
  readonly paint: Paint;
  readonly width: number;
}
