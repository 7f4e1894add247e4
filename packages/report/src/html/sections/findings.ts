import type { Analysis, Finding } from '@shardwright/analyzer';
import { formatExact, plural } from '@shardwright/core';
import { type FindingGroup, groupFindings, severityNoun } from '../../finding-groups.ts';
import { createTemplates, type SharedTexts } from '../client/templates.ts';
import { type Html, html } from '../markup.ts';
import type { PageData } from '../page-data.ts';

const firstItems = 20;

const effectWords: Readonly<Record<Finding['effect'], string>> = {
  refused: 'Citus refuses',
  silent: 'Citus is silent',
  advice: 'advice',
};

/** The findings by rule, worst first; texts common to a rule stand once. */
export function findingsSection(analysis: Analysis, data: PageData): Html {
  const groups = groupFindings(analysis.findings);
  const { error, warning, info } = analysis.headline.findings;
  if (groups.length === 0) return '<section id="findings"><h2>Findings</h2><p>None.</p></section>';
  const automatic = analysis.findings.filter((finding) => finding.automatic).length;
  return html`<section id="findings"><h2>Findings</h2>
<p class="lead">${plural(error, 'error')}, ${plural(warning, 'warning')}, ${plural(info, 'note')} from ${plural(groups.length, 'rule')}. ${
    automatic > 0
      ? `${formatExact(automatic)} of them have a mechanical remedy; the others need a decision.`
      : ''
  }</p>
${groups.map((group, index) => findingGroup(group, data, index === 0))}</section>`;
}

function findingGroup(group: FindingGroup, data: PageData, open: boolean): Html {
  const { findingItem } = createTemplates();
  const indices = group.findings.map(({ index }) => index);
  const first = group.findings[0]?.finding;
  const common = (read: (finding: Finding) => string | undefined): boolean =>
    group.findings.length > 1 &&
    group.findings.every(({ finding }) => read(finding) === (first && read(first)));
  const shared: SharedTexts = {
    consequence: common(({ consequence }) => consequence),
    remedy: common(({ remedy }) => remedy),
    citus: common(({ citusMessage }) => citusMessage),
  };
  const items = indices.slice(0, firstItems).flatMap((index) => {
    const finding = data.findings[index];
    return finding === undefined ? [] : [findingItem(finding, shared)];
  });
  const rest = indices.length - items.length;
  return html`<details class="rule ${group.severity}"${open ? [' open'] : []} id="rule-${group.rule}"><summary><span class="dot ${group.severity}"></span><span class="name">${group.title}</span><span class="count">${plural(group.findings.length, severityNoun(group.severity))}</span>${group.effects.map(
    (effect) => html`<span class="tag ${effect}">${effectWords[effect]}</span>`,
  )}</summary>
<div class="body">${shared.consequence && first !== undefined ? [html`<p>${first.consequence}</p>`] : []}${
    shared.citus && first?.citusMessage !== undefined
      ? [html`<p class="citus"><span>Citus</span> ${first.citusMessage}</p>`]
      : []
  }${shared.remedy && first !== undefined ? [html`<p class="remedy">${first.remedy}</p>`] : []}
<ul class="findings">${items}</ul>${
    rest > 0
      ? [
          html`<p><button type="button" class="plain-button more-findings" data-indices="${indices.slice(firstItems).join(' ')}" data-shared="${JSON.stringify(shared)}">Show ${Math.min(500, rest)} more</button></p>`,
        ]
      : []
  }<p class="small">Rule <span class="ident">${group.rule}</span></p></div></details>`;
}
