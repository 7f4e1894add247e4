import type { Analysis, Skew, TableAnalysis } from '@shardwright/analyzer';
import { displayName, formatBytes, formatExact, formatShare, plural } from '@shardwright/core';
import { sizeChart } from '../charts/size-chart.ts';
import { skewChart } from '../charts/skew-chart.ts';
import { type Html, html, unbroken } from '../markup.ts';
import type { PageData } from '../page-data.ts';

const mostCharts = 6;

/** Where the bytes are, and where they would land. */
export function dataSection(analysis: Analysis, data: PageData): Html {
  const measured = data.tables.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  if (measured.length === 0) {
    return html`<section id="data"><h2>Size and skew</h2><p>No rows were seen, so sizes and skew are not known. A dump with data, or a live database, fills this section.</p></section>`;
  }
  const total = measured.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = measured
    .slice(0, 5)
    .map(({ name, bytes }) => `${name} ${formatBytes(bytes)} (${formatShare(bytes / total)})`)
    .join(', ');
  const skewed = analysis.tables
    .flatMap((table) => (table.skew === undefined ? [] : [{ table, skew: table.skew }]))
    .sort((a, b) => excess(b.skew) - excess(a.skew));
  return html`<section id="data"><h2>Size and skew</h2>
<figure><figcaption>${formatBytes(total)} in ${plural(measured.length, 'table')}, by table and decision. Largest: ${unbroken(largest)}.</figcaption>${[sizeChart(data.tables, 1200, 260)]}</figure>
${
  skewed.length === 0
    ? [html`<p>The keys' values were not measured, so nothing can be said about skew.</p>`]
    : [
        html`<h3>Bytes per shard</h3><div class="skews">${skewed.slice(0, mostCharts).map(({ table, skew }) => skewFigure(table, skew))}</div>`,
        ...(skewed.length > mostCharts
          ? [
              html`<p class="quiet">The ${mostCharts} tables with the most bytes above the mean; the column Skew above has all ${formatExact(skewed.length)}.</p>`,
            ]
          : []),
      ]
}</section>`;
}

/** Bytes that the fullest shard holds above the mean. */
function excess({ shardBytes, maxOverMean }: Skew): number {
  const total = shardBytes.reduce((sum, bytes) => sum + bytes, 0);
  return (maxOverMean - 1) * (total / Math.max(1, shardBytes.length));
}

function skewFigure(table: TableAnalysis, skew: Skew): Html {
  const fullest = Math.max(0, ...skew.shardBytes);
  const nodes = skew.nodeBytes.map((bytes, index) => `${index + 1}: ${formatBytes(bytes)}`).join(', ');
  const top = Math.max(1, ...skew.nodeBytes);
  return html`<figure class="skew"><figcaption><span class="ident">${displayName(table)}</span> <strong>${skew.maxOverMean.toFixed(1)}×</strong> the mean in the fullest of ${skew.shardBytes.length} shards (${formatBytes(fullest)}); the hottest of ${plural(skew.distinct, 'key')}, <span class="ident">${skew.hottest.value}</span>, holds ${formatShare(skew.hottest.share)} of the rows${skew.provenance === 'sampled' ? ', estimated from a sample' : ''}.</figcaption>${[skewChart(skew, 560, 150)]}
<div class="nodes" role="img" aria-label="Bytes per node: ${nodes}">${skew.nodeBytes.map(
    (bytes, index) =>
      html`<span><span class="node-bar" style="height:${Math.max(2, (bytes / top) * 34).toFixed(0)}px"></span><small>node ${index + 1}</small><small>${formatBytes(bytes)}</small></span>`,
  )}</div></figure>`;
}
