const home = '\u001b[H';
const eraseLine = '\u001b[K';
const eraseBelow = '\u001b[J';

/**
 * A screen as the text that draws it over the one before, without a flicker: from the top, each line erased to its end,
 * and what is left below. Lines beyond `rows` would scroll: the last one says how many there are.
 */
export function frame(text: string, rows: number | undefined): string {
  const lines = text.trimEnd().split('\n');
  const room = rows === undefined ? lines.length : rows - 1;
  const shown =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} lines more: make the window taller`];
  return `${home}${shown.map((line) => `${line}${eraseLine}\n`).join('')}${eraseBelow}`;
}
