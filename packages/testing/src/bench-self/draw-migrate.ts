import { contenderTitles, medianSeconds } from './judge-migrate.ts';
import {
  type BenchmarkTable,
  benchmarkTables,
  type MigrateBenchmark,
  migrateContenders,
} from './migrate-benchmark.ts';

const width = 760;
const labelWidth = 285;
const barHeight = 18;
const rowHeight = 26;
const headHeight = 40;
const footHeight = 34;
const tableNames: Readonly<Record<BenchmarkTable, string>> = {
  narrow: 'a narrow table (5 columns)',
  wide: 'a wide table (13 columns)',
};

/** The comparison as a picture of its own, for light and dark surroundings: rows per second, longer is better. */
export function drawMigrate(result: MigrateBenchmark): string {
  const parts: string[] = [];
  let top = 0;
  for (const table of benchmarkTables) {
    const names = migrateContenders.filter((name) => result.tables[table].some((round) => round[name]));
    const rates = names.map((name) => result.rows / medianSeconds(result, table, name));
    const largest = Math.max(...rates);
    parts.push(text(0, top + 26, `${million(result.rows)} rows of ${tableNames[table]}`, 'head'));
    top += headHeight;
    for (const [index, name] of names.entries()) {
      const rate = rates[index] ?? 0;
      const length = Math.max(1, Math.round((rate / largest) * (width - labelWidth - 165)));
      const isOurs = name === 'direct' || name === 'coordinator';
      const middle = top + rowHeight / 2;
      parts.push(
        text(labelWidth - 10, middle + 4, contenderTitles[name], isOurs ? 'label ours' : 'label'),
        `<rect class="${isOurs ? 'bar ours' : 'bar'}" x="${labelWidth}" y="${middle - barHeight / 2}" width="${length}" height="${barHeight}" rx="2"/>`,
        text(labelWidth + length + 8, middle + 4, `${Math.round(rate / 1000)} thousand rows/s`, 'value'),
      );
      top += rowHeight;
    }
  }
  const { cores, postgres } = result.fingerprint;
  const place = `Medians of ${result.tables.narrow.length} interleaved rounds; source, coordinator and ${result.workers} workers on one machine of ${cores} cores, PostgreSQL ${postgres ?? ''}`;
  parts.push(text(0, top + 24, place, 'foot'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + footHeight}" width="${width}" height="${top + footHeight}" role="img" aria-label="Rows per second of ways to move a table into Citus">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 } .label { text-anchor: end } .foot { font-size: 11px; fill: #656d76 }
.ours { font-weight: 600 } .bar { fill: #afb8c1 } .bar.ours { fill: #2f6fdb }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .foot { fill: #8d96a0 } .bar { fill: #57606a } .bar.ours { fill: #6ea8fe }
}
</style>
${parts.join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

function million(rows: number): string {
  return rows >= 1e6 ? `${rows / 1e6} million` : `${rows}`;
}
