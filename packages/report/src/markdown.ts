/** A pipe table; `align` has one letter per column. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(titles),
    `|${[...align].map((one) => (one === 'r' ? '---:' : '---')).join('|')}|`,
    ...rows.map(line),
  ];
}

/** Text with nothing in it that Markdown or HTML would take as markup. */
export function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/[\\`*_[\]<>#~]/g, (mark) => (mark === '<' ? '&lt;' : `\\${mark}`));
}

/** Text as code, with a fence longer than any run of backticks in it. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${flat}${space}${fence}`;
}
