/** One column of a text table. */
export interface TextColumn {
  readonly title: string;
  readonly align?: 'right';
  /** The column gives up width when lines are too long, the last such column first. */
  readonly shrinks?: boolean;
}

const wide =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;

/** Terminal cells a text takes; East Asian characters and emoji take two. */
export function displayWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is the definition of ASCII.
  if (/^[\x00-\x7f]*$/.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) cells += wide.test(segment) ? 2 : 1;
  return cells;
}

/** The text, cut to at most `width` cells with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let cells = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    cells += displayWidth(segment);
    if (cells > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Aligned lines, title line first; cells hold plain text, `paint` colours a cell after it was padded. */
export function alignColumns(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: (text: string, row: number, column: number) => string = (text) => text,
): readonly string[] {
  const used = columns.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const widths = columns.map((column, index) =>
    used[index] === true
      ? Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? '')))
      : 0,
  );
  const gap = 2;
  const total = widths.reduce((sum, one) => sum + (one > 0 ? one + gap : 0), -gap);
  let excess = total - width;
  for (const [index, column] of [...columns.entries()].reverse()) {
    const current = widths[index] ?? 0;
    if (excess <= 0 || column.shrinks !== true || current === 0) continue;
    const smaller = Math.max(12, current - excess);
    widths[index] = Math.min(current, smaller);
    excess -= current - (widths[index] ?? 0);
  }
  const line = (cells: readonly string[], row: number): string =>
    columns
      .flatMap((column, index) => {
        const cellWidth = widths[index] ?? 0;
        if (cellWidth === 0) return [];
        const text = truncate(cells[index] ?? '', cellWidth);
        const space = ' '.repeat(cellWidth - displayWidth(text));
        return [paint(column.align === 'right' ? space + text : text + space, row, index)];
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      -1,
    ),
    ...rows.map(line),
  ];
}

/** Words broken into lines of at most `width` cells; a word longer than that stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(/\s+/)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && displayWidth(longer) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return current === '' ? lines : [...lines, current];
}
