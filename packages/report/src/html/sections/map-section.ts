import type { Analysis, Relation } from '@shardwright/analyzer';
import { displayName, plural } from '@shardwright/core';
import { drawMap } from '../map/draw.ts';
import { layoutMap } from '../map/layout.ts';
import { type Html, html } from '../markup.ts';

const mostListed = 400;
const order: readonly Relation['locality'][] = ['network', 'colocated', 'reference', 'local'];
const words: Readonly<Record<Relation['locality'], string>> = {
  network: 'need the network',
  colocated: 'stay on one shard',
  reference: 'reach a reference table',
  local: 'stay on the coordinator',
};

/** The co-location map, and the same relations as a list. */
export function mapSection(analysis: Analysis): Html {
  const { relations } = analysis;
  const counts = order
    .map((locality) => ({ locality, count: relations.filter((one) => one.locality === locality).length }))
    .filter(({ count }) => count > 0);
  const layout = layoutMap(analysis);
  const description = `${plural(analysis.colocationGroups.length, 'co-location group')}. Of ${plural(relations.length, 'relation')}, ${
    counts.map(({ locality, count }) => `${count} ${words[locality]}`).join(', ') || 'none is known'
  }.`;
  const listed = [...relations].sort((a, b) => order.indexOf(a.locality) - order.indexOf(b.locality));
  const quiet = layout.edges.some(({ emphasis }) => emphasis !== 'full');
  return html`<section id="map"><h2>What lives together</h2>
<p class="lead">Tables in one frame keep rows of equal key on the same node. ${quiet ? 'Point at a table, or tab to it, to see its relations.' : ''}</p>
<ul class="legend lines">${counts.map(
    ({ locality, count }) =>
      html`<li><svg width="26" height="8" aria-hidden="true"><path class="edge ${locality}" d="M1 4H25"/></svg>${count} ${words[locality]}</li>`,
  )}${
    relations.some(({ origin }) => origin !== 'foreign-key')
      ? [
          html`<li><svg width="26" height="8" aria-hidden="true"><path class="edge colocated inferred" d="M1 4H25"/></svg>inferred, no foreign key</li>`,
        ]
      : []
  }${
    layout.nodes.some(({ isRoot }) => isRoot)
      ? [html`<li><span class="swatch"></span>filled: its rows own the key of a group</li>`]
      : []
  }</ul>
<div class="scroll map-frame" tabindex="0" role="region" aria-label="Co-location map">${[drawMap(layout, description)]}</div>
${
  relations.length === 0
    ? []
    : [
        html`<details class="as-list"><summary>All ${plural(relations.length, 'relation')} as a list</summary><div class="scroll"><table class="plain"><thead><tr><th>From</th><th>To</th><th>Effect</th><th>Known from</th></tr></thead><tbody>${listed
          .slice(0, mostListed)
          .map(
            (one) =>
              html`<tr><td class="ident">${displayName(one.from)} (${one.columns.join(', ')})</td><td class="ident">${displayName(one.to)} (${one.referencedColumns.join(', ')})</td><td>${effects[one.locality]}</td><td>${one.constraint ?? one.evidence ?? one.origin}</td></tr>`,
          )}</tbody></table></div>${
          listed.length > mostListed
            ? [html`<p class="quiet">The first ${mostListed}; --format json lists all ${listed.length}.</p>`]
            : []
        }</details>`,
      ]
}</section>`;
}

const effects: Readonly<Record<Relation['locality'], string>> = {
  network: 'needs the network',
  colocated: 'one shard',
  reference: 'reference table',
  local: 'coordinator',
};
