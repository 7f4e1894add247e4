import type { Analysis } from '@shardwright/analyzer';
import { displayName, formatExact, formatShare, plural } from '@shardwright/core';
import { type Html, html } from '../markup.ts';
import { formatCost } from '../page-data.ts';

/** Other designs beside the chosen one, with their numbers. */
export function alternativesSection({
  alternatives,
  optimisation,
  headline,
  colocationGroups,
}: Analysis): Html {
  if (alternatives.length === 0) return '';
  const withCalls = alternatives.some(({ routerShareOfCalls }) => routerShareOfCalls !== undefined);
  const share = (value: number | undefined): Html =>
    value === undefined
      ? ''
      : html`<span class="bar one"><span style="width:${(value * 100).toFixed(1)}%"></span></span><span class="bar-value">${formatShare(value)}</span>`;
  const chosen = colocationGroups.map(({ name }) => name);
  return html`<section id="alternatives"><h2>Alternatives</h2>
<p class="lead">Cost counts ${optimisation.currency}; less is better.</p>
<div class="scroll"><table class="plain alternatives"><thead><tr><th scope="col">Built around</th><th scope="col" class="num">Cost</th><th scope="col" class="num">Distributed</th><th scope="col" class="num">Reference</th><th scope="col" class="num">Local</th><th scope="col" class="num">Backfill</th><th scope="col">Relations without network</th>${withCalls ? [html`<th scope="col">Calls on one shard</th>`] : []}</tr></thead><tbody>
<tr class="chosen"><td><span class="ident">${chosen.slice(0, 3).join(', ')}${chosen.length > 3 ? ` and ${chosen.length - 3} more` : ''}</span> <span class="quiet">chosen</span></td><td class="num">${formatCost(optimisation.objective)}</td><td class="num">${headline.counts.distributed}</td><td class="num">${headline.counts.reference}</td><td class="num">${headline.counts.local}</td><td class="num">${headline.counts.needBackfill}</td><td>${[share(optimisation.localRelationShare)]}</td>${withCalls ? [html`<td>${[share(headline.routerShareOfCalls)]}</td>`] : []}</tr>
${alternatives.map(
  (one) =>
    html`<tr><td><span class="ident">${one.name}</span><span class="quiet under">${one.sentence}</span></td><td class="num">${formatCost(one.objective)}</td><td class="num">${one.distributed}</td><td class="num">${one.reference}</td><td class="num">${one.local}</td><td class="num">${one.needBackfill}</td><td>${[share(one.localRelationShare)]}</td>${withCalls ? [html`<td>${[share(one.routerShareOfCalls)]}</td>`] : []}</tr>`,
)}</tbody></table></div></section>`;
}

const mostProblems = 500;

/** What was measured, estimated and absent; what was kept as it is, and what could not be read. */
export function coverageSection({ coverage, options }: Analysis): Html {
  const { notes, problems, verbatim, tablesWithData, rowsSeen, rowsSampled, statements } = coverage;
  const numbers = [
    plural(statements, 'statement'),
    `rows of ${plural(tablesWithData, 'table')} seen`,
    ...(rowsSeen > 0
      ? [`${plural(rowsSeen, 'row')}, ${formatExact(rowsSampled)} of them measured column by column`]
      : []),
  ];
  return html`<section id="coverage"><h2>What this rests on</h2>
<p class="lead">${numbers.join(' · ')}</p>
<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}${options.overrides.map(
    ({ table, decision }) =>
      html`<li>You decided: <span class="ident">${displayName(table)}</span> ${decision}.</li>`,
  )}${options.tenant === undefined ? [] : [html`<li>You named the tenant: <span class="ident">${options.tenant}</span>.</li>`]}</ul>
${
  problems.length === 0
    ? []
    : [
        html`<h3>Not understood (${formatExact(problems.length)})</h3><div class="scroll"><table class="plain"><thead><tr><th class="num">Line</th><th>What PostgreSQL's parser says</th><th>Statement</th></tr></thead><tbody>${problems
          .slice(0, mostProblems)
          .map(
            ({ line, message, sql }) =>
              html`<tr><td class="num">${line > 0 ? line : ''}</td><td>${message}</td><td class="c-sql"><code>${shorten(sql)}</code></td></tr>`,
          )}</tbody></table></div>${
          problems.length > mostProblems
            ? [html`<p class="quiet">The first ${mostProblems}; --format json lists all.</p>`]
            : []
        }`,
      ]
}${
  verbatim.length === 0
    ? []
    : [
        html`<h3>Kept as it is</h3><p class="small">Statements outside the model: not analysed, and not lost.</p><div class="scroll"><table class="plain narrow"><thead><tr><th>Statement</th><th class="num">Count</th><th class="num">First line</th></tr></thead><tbody>${verbatim.map(
          ({ node, count, firstLine }) =>
            html`<tr><td class="ident">${node}</td><td class="num">${formatExact(count)}</td><td class="num">${firstLine > 0 ? firstLine : ''}</td></tr>`,
        )}</tbody></table></div>`,
      ]
}</section>`;
}

function shorten(sql: string): string {
  return sql.length > 600 ? `${sql.slice(0, 600)} …` : sql;
}
