import { formatExact, formatShare, plural } from '@shardwright/core';
import { classCounts } from '../../proof/class-counts.ts';
import { provenTitle, queryTally } from '../../proof/proof-words.ts';
import type { ProvenAnalysis } from '../../proof/proven-analysis.ts';
import { queryClassLabel } from '../../query-class-label.ts';
import { createTemplates } from '../client/templates.ts';
import { type Html, html } from '../markup.ts';
import type { PageData } from '../page-data.ts';

// Queries that stand in the page as it is; the rest is made from the data when asked for.
const firstQueries = 60;

/** The workload by query class, then query by query. */
export function queriesSection(analysis: ProvenAnalysis, data: PageData): Html {
  const { workload, coverage, proof } = analysis;
  if (workload === undefined) {
    return html`<section id="queries"><h2>Queries</h2><p class="prose">${coverage.noWorkload ?? 'No workload was given.'} With one, this part shows how Citus would run each query.</p></section>`;
  }
  const { summary } = workload;
  const timed = summary.classes.some(({ shareOfTime }) => shareOfTime !== undefined);
  const { queryRow } = createTemplates();
  const helped = data.queries.filter(({ add }) => add !== '').length;
  return html`<section id="queries"><h2>Queries</h2>
<p class="lead">${plural(summary.queries, 'query', 'queries')}, ${plural(summary.calls, 'call')}${
    workload.unparsed > 0 ? `, ${formatExact(workload.unparsed)} not understood` : ''
  }. ${proof === undefined ? '' : `${provenTitle(proof)}: ${queryTally(proof)}.`} ${helped > 0 ? `${plural(helped, 'query', 'queries')} would reach one shard with one more predicate.` : ''}</p>
<table class="classes"><thead><tr><th scope="col">Class</th><th scope="col">Calls</th>${timed ? [html`<th scope="col">Time</th>`] : []}<th scope="col" class="num">${proof === undefined ? 'Queries' : 'Expected'}</th>${proof === undefined ? [] : [html`<th scope="col" class="num">Really</th>`]}</tr></thead><tbody>${classCounts(
    analysis,
  ).map((one) => {
    const label = queryClassLabel(one.class);
    return html`<tr><th scope="row"><span class="reach ${label.reach}">${label.words}</span><span class="quiet under">${label.meaning}</span></th><td data-label="calls">${[bar(one.shareOfCalls, label.reach)]}</td>${timed ? [html`<td data-label="time">${[bar(one.shareOfTime ?? 0, label.reach)]}</td>`] : []}<td class="num">${formatExact(one.queries)}</td>${one.real === undefined ? [] : [html`<td class="num" data-label="really">${formatExact(one.real)}</td>`]}</tr>`;
  })}</tbody></table>
<div class="scroll"><table class="plain queries"><thead><tr><th scope="col">Query</th><th scope="col">Class</th><th scope="col" class="num">Calls</th><th scope="col" class="num">Time</th><th scope="col">Why</th></tr></thead><tbody id="query-rows">${data.queries
    .slice(0, firstQueries)
    .map(queryRow)}</tbody></table></div>${
    data.queries.length > firstQueries
      ? [
          html`<p class="more"><button type="button" class="plain-button" id="more-queries" data-from="${firstQueries}">Show ${Math.min(500, data.queries.length - firstQueries)} more</button></p>`,
        ]
      : []
  }</section>`;
}

function bar(share: number, reach: string): Html {
  return html`<span class="bar ${reach}"><span style="width:${Math.max(share > 0 ? 0.5 : 0, share * 100).toFixed(1)}%"></span></span><span class="bar-value">${formatShare(share)}</span>`;
}
