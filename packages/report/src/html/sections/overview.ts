import type { Analysis } from '@shardwright/analyzer';
import { formatBytes, formatExact, formatShare, plural } from '@shardwright/core';
import type { Proof } from '@shardwright/planner';
import { decisionLabel, decisionLabels, labelInWords } from '../../decision-label.ts';
import { proofSentence, proofVerdict, provenTitle } from '../../proof/proof-words.ts';
import type { ProvenAnalysis } from '../../proof/proven-analysis.ts';
import { type Html, html, unbroken } from '../markup.ts';

const verdicts = {
  yes: 'Ready for Citus',
  'with-changes': 'Ready after changes',
  no: 'Stay on one node',
} as const;

/** The verdict, the numbers that carry it, and what was looked at. */
export function overviewSection(analysis: ProvenAnalysis, madeAt: string | undefined): Html {
  const { origin, headline, optimisation, options, colocationGroups, proof } = analysis;
  const facts = [
    ...(origin.producer === undefined
      ? origin.serverVersion === undefined
        ? []
        : [`PostgreSQL ${origin.serverVersion}`]
      : [origin.producer]),
    ...(origin.statements === undefined ? [] : [plural(origin.statements, 'statement')]),
    ...(origin.bytesRead === undefined ? [] : [`${formatBytes(origin.bytesRead)} read`]),
    ...(madeAt === undefined ? [] : [madeAt.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC')]),
  ];
  const optimum =
    optimisation.status === 'optimal'
      ? 'Proven optimal'
      : `Within ${formatShare(optimisation.gap)} of the best bound`;
  const groups = colocationGroups.length;
  return html`<header class="overview" id="overview"><p class="source"><span class="ident">${origin.label}</span> <span>${facts.join(' · ')}</span></p>
<h1 class="${headline.verdict}">${verdicts[headline.verdict]}</h1>
<p class="sentence">${unbroken(headline.sentence)}</p>
${proof === undefined ? [] : [proofLine(proof)]}
<dl class="figures">${[
    figure(
      headline.counts.distributed,
      'distributed',
      groups === 0 ? '' : `in ${plural(groups, 'co-location group')}`,
    ),
    figure(headline.counts.needBackfill, 'after a backfill', 'a key column is added and filled'),
    figure(headline.counts.reference, 'reference', 'a full copy on every node'),
    ...(headline.counts.singleShard > 0
      ? [figure(headline.counts.singleShard, 'single-shard', 'placed by schema')]
      : []),
    figure(headline.counts.local, 'local', 'stay on the coordinator'),
    figure(
      headline.findings.error,
      headline.findings.error === 1 ? 'error' : 'errors',
      `${plural(headline.findings.warning, 'warning')}, ${plural(headline.findings.info, 'note')}`,
      headline.findings.error > 0 ? 'bad' : 'good',
    ),
    ...(headline.routerShareOfCalls === undefined
      ? []
      : [rate(headline.routerShareOfCalls, 'of calls', 'answered by one shard')]),
  ]}</dl>
${[kindBar(analysis)]}
<p class="small">${optimum} over ${plural(optimisation.variables, 'variable')} and ${plural(optimisation.constraints, 'constraint')} in ${optimisation.seconds.toFixed(optimisation.seconds < 1 ? 3 : 1)} s. Planned for ${plural(options.nodes, 'worker node')} and ${plural(options.shards.count, 'shard')} per group${options.shards.recommended ? ' (recommended)' : ''}: ${options.shards.reason}</p></header>`;
}

function proofLine(proof: Proof): Html {
  return html`<p class="proof ${proofVerdict(proof)}"><strong>${provenTitle(proof)}</strong>: ${proofSentence(proof)}</p>`;
}

function figure(value: number, noun: string, remark: string, tone = ''): Html {
  return html`<div class="figure ${value === 0 && tone === '' ? 'none' : tone}"><dt>${noun}</dt><dd>${formatExact(value)}</dd><dd class="remark">${remark}</dd></div>`;
}

function rate(share: number, noun: string, remark: string): Html {
  return html`<div class="figure"><dt>${noun}</dt><dd>${formatShare(share)}</dd><dd class="remark">${remark}</dd></div>`;
}

/** All tables as one bar, by decision. */
function kindBar({ tables }: Analysis): Html {
  const counts = decisionLabels
    .map((label) => ({
      label,
      count: tables.filter(({ decision }) => decisionLabel(decision) === label).length,
    }))
    .filter(({ count }) => count > 0);
  if (tables.length === 0) return '';
  const words = counts.map(({ label, count }) => `${count} ${labelInWords(label)}`).join(', ');
  return html`<div class="kind-bar" role="img" aria-label="${plural(tables.length, 'table')}: ${words}">${counts.map(
    ({ label, count }) => html`<span class="${label}" style="flex-grow:${count}"></span>`,
  )}</div>
<ul class="legend">${counts.map(({ label, count }) => html`<li><span class="dot ${label}"></span>${count} ${labelInWords(label)}</li>`)}</ul>`;
}
