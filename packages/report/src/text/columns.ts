/** One column of a text table. */
export interface TextColumn {
  readonly title: string;
  readonly align?: 'right';
  /** The column gives up width when lines are too long, the last such column first. */
  readonly shrinks?: boolean;
  /** The column is left out when even shrunken columns do not fit, the last such column first. */
  readonly drops?: boolean;
}

const leastWidth = 12;
const gap = 2;

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

/** The text on one line, cut to at most `width` cells with an ellipsis. */
export function truncate(value: string, width: number): string {
  // A name may hold line breaks.
  const text = value.replace(/[\n\r\t]+/g, ' ');
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
  const least = (index: number): number =>
    columns[index]?.shrinks === true ? Math.min(leastWidth, widths[index] ?? 0) : (widths[index] ?? 0);
  const total = (cellWidth: (index: number) => number): number =>
    widths.reduce((sum, one, index) => sum + (one > 0 ? cellWidth(index) + gap : 0), -gap);
  const backwards = [...columns.entries()].reverse();
  for (const [index, column] of backwards) {
    if (column.drops === true && total(least) > width) widths[index] = 0;
  }
  for (const [index, column] of backwards) {
    const excess = total((at) => widths[at] ?? 0) - width;
    if (excess > 0 && column.shrinks === true && (widths[index] ?? 0) > 0) {
      widths[index] = Math.max(least(index), (widths[index] ?? 0) - excess);
    }
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
  // A number stays with its per cent.
  for (const word of text.split(/\s+(?!%)/)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && displayWidth(longer) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return current === '' ? lines : [...lines, current];
}
