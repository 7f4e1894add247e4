import type { Analysis } from '@shardwright/analyzer';
import { decisionLabels, labelInWords } from '../../decision-label.ts';
import { createTemplates } from '../client/templates.ts';
import { type Html, html } from '../markup.ts';
import type { PageData, PageTable } from '../page-data.ts';

/** Rows that stand in the page as it is; the rest is made from the data when asked for. */
export const firstRows = 200;

/** The decisions: one row per table, with search, filters and order. */
export function decisionsSection(analysis: Analysis, data: PageData): Html {
  const { tableRow } = createTemplates();
  const ordered = [...data.tables].sort(byWeight);
  const groups = [...new Set(data.tables.map(({ group }) => group))].filter((group) => group !== '');
  const has = (column: 'rows' | 'bytes' | 'skew'): boolean => data.tables.some((table) => table[column] >= 0);
  const absent = [
    ...(has('rows') ? [] : ['no-rows']),
    ...(has('bytes') ? [] : ['no-size']),
    ...(has('skew') ? [] : ['no-skew']),
  ].join(' ');
  return html`<section id="decisions"><h2>Decisions</h2>
<div class="controls" hidden><label class="search"><span class="sr">Search tables and columns</span><input type="search" id="search" placeholder="Search tables, columns" autocomplete="off" spellcheck="false"></label>
<div class="chips" role="group" aria-label="Decision">${decisionLabels.flatMap((label) => {
    const count = data.tables.filter((table) => table.label === label).length;
    return count === 0
      ? []
      : [
          html`<button type="button" class="chip" data-filter-label="${label}" aria-pressed="false"><span class="dot ${label}"></span>${labelInWords(label)} <span class="quiet">${count}</span></button>`,
        ];
  })}</div>
<div class="chips" role="group" aria-label="Findings"><button type="button" class="chip" data-filter-severity="error" aria-pressed="false"><span class="dot error"></span>with errors</button><button type="button" class="chip" data-filter-severity="warning" aria-pressed="false"><span class="dot warning"></span>with warnings</button><button type="button" class="chip" data-filter-severity="none" aria-pressed="false">without findings</button></div>
${
  groups.length < 2
    ? []
    : [
        html`<label class="select"><span class="sr">Co-location group</span><select id="group"><option value="">all groups</option>${groups
          .sort()
          .map((group) => html`<option value="${group}">${group}</option>`)}</select></label>`,
      ]
}<p class="matches" role="status" aria-live="polite"></p></div>
<table class="decisions ${absent}" role="table"><thead role="rowgroup"><tr role="row">${[
    heading('name', 'Table'),
    heading('label', 'Decision'),
    heading('by', 'By'),
    heading('rows', 'Rows', 'num c-rows'),
    heading('bytes', 'Size', 'num c-size', true),
    heading('skew', 'Skew', 'num c-skew'),
    heading('findings', 'Findings'),
  ]}</tr></thead><tbody role="rowgroup">${ordered.slice(0, firstRows).map(tableRow)}</tbody></table>
<p class="more" hidden><button type="button" class="plain-button" id="more-rows"></button></p>
${
  analysis.tables.length > firstRows
    ? [
        html`<noscript><p class="quiet">The first ${firstRows} of ${analysis.tables.length} tables; the others need the page's program.</p></noscript>`,
      ]
    : []
}</section>`;
}

/** The order the page opens with: largest first, then what has most to say. */
function byWeight(a: PageTable, b: PageTable): number {
  return b.bytes - a.bytes || b.errors - a.errors || b.warnings - a.warnings || (a.name < b.name ? -1 : 1);
}

function heading(key: string, title: string, classes = '', sorted = false): Html {
  return html`<th scope="col" role="columnheader" class="${classes}" aria-sort="${sorted ? 'descending' : 'none'}"><button type="button" class="sort" data-sort="${key}">${title}</button></th>`;
}
