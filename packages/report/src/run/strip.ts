import { type Html, html } from '../html/markup.ts';
import type { Interval, TimeAxis } from './time-axis.ts';

const cells = 500;
const height = 12;
const faintest = 0.45;

/** When something was at work, as a strip over the whole axis: the darker, the more at once. */
export function strip(work: readonly Interval[], axis: TimeAxis, color: string, words: string): Html {
  const counts = new Uint32Array(cells);
  for (const { from, to } of work) {
    const first = Math.min(cells - 1, Math.floor(axis.at(from) * cells));
    // What is too short to be seen is seen.
    const before = Math.min(cells, Math.max(first + 1, Math.ceil(axis.at(to) * cells)));
    for (let cell = first; cell < before; cell++) counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  const bars: Html[] = [];
  for (let start = 0; start < cells; ) {
    let end = start + 1;
    while (end < cells && counts[end] === counts[start]) end += 1;
    const count = counts[start] ?? 0;
    const opacity = most === 1 ? 1 : faintest + (1 - faintest) * ((count - 1) / (most - 1));
    if (count > 0)
      bars.push(
        html`<rect x="${start}" width="${end - start}" height="${height}" opacity="${Number(opacity.toFixed(2))}"/>`,
      );
    start = end;
  }
  return html`<svg class="strip ${color}" role="img" aria-label="${words}" viewBox="0 0 ${cells} ${height}" preserveAspectRatio="none">${bars}</svg>`;
}
