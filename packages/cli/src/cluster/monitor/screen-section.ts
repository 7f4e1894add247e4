import type { MonitorSnapshot } from '@shardwright/cluster';
import { alignColumns, type Paint, type TextColumn } from '@shardwright/report';

/** What every section is given. */
export interface ScreenStyle {
  /** Characters per line, the margin included. */
  readonly width: number;
  readonly paint: Paint;
  /** A screen that is looked at again and again: alerts take a line each. */
  readonly isBrief?: boolean;
}

/** One part of the screen; without lines, it is left out. */
export type ScreenSection = (
  snapshot: MonitorSnapshot,
  style: ScreenStyle,
) => { readonly title: string; readonly remark?: string; readonly lines: readonly string[] };

export const margin = '  ';

/** Rows under faint titles, within the margin; nothing without rows. */
export function table(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { width, paint }: ScreenStyle,
  paintCell: (text: string, row: number, column: number) => string = (text) => text,
): readonly string[] {
  if (rows.length === 0) return [];
  const [titles = '', ...lines] = alignColumns(columns, rows, width - margin.length, (text, row, column) =>
    row < 0 ? text : paintCell(text, row, column),
  );
  return [paint.faint(titles), ...lines].map((line) => `${margin}${line}`);
}

/** Whether there is room for more than what matters most beside a statement. */
export function isWide({ width }: ScreenStyle): boolean {
  return width >= 110;
}

/** A statement on one line. */
export function oneLine(query: string | null): string {
  return (query ?? '').replace(/\s+/g, ' ').trim();
}
