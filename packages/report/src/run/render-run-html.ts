import { createHash } from 'node:crypto';
import { formatBytes, formatCount, formatExact, plural } from '@shardwright/core';
import { type Html, html } from '../html/markup.ts';
import { style } from '../html/style.ts';
import type { RunReport, RunTable } from './run-report.ts';
import { runStyle } from './run-style.ts';
import { dateTime, elapsed, runSentence, runTitle, shortName, stagesOf, totalsOf } from './run-words.ts';
import { startTheme } from './start-theme.ts';
import { colorOf, timelineSection } from './timeline-section.ts';

/** A run as one file that needs nothing else: no network, no other file, and a policy that says so. */
export function renderRunHtml(report: RunReport): string {
  const program = `(${startTheme.toString()})();`;
  const hash = createHash('sha256').update(program).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const links = [
    ['timeline', 'Timeline'],
    ['tables', 'Tables'],
    ...(report.quarantine.length > 0 ? [['set-aside', 'Set aside']] : []),
    ['steps', 'Steps'],
  ] as const;
  return html`${['<!doctype html>\n']}<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${report.migration.source} to Citus: what was done</title><link rel="icon" href="data:,"><style>${[style, runStyle]}</style></head>
<body><a class="skip" href="#tables">Skip to the tables</a>
<nav aria-label="Sections"><div class="inner"><a class="brand" href="#overview">Shardwright</a><div class="links">${links.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</div><button type="button" id="theme" hidden></button></div></nav>
<main>${[overview(report), timelineSection(report), tablesSection(report), quarantineSection(report), stepsSection(report)]}</main>
<footer>Shardwright ${report.toolVersion} · migrate run · migration ${report.migration.id}</footer>
<script>${[program]}</script>
</body></html>
`;
}

function overview(report: RunReport): Html {
  const { migration, tables, seconds, quarantine, jobs } = report;
  const { rows, bytes } = totalsOf(report);
  const aside = quarantine.reduce((sum, one) => sum + one.rows, 0);
  const facts = [
    `begun ${dateTime(migration.startedAt)}`,
    ...(migration.finishedAt === undefined ? [] : [`done ${dateTime(migration.finishedAt)}`]),
    ...(jobs > 0 ? [plural(jobs, 'job')] : []),
  ];
  const rate = report.bytesPerSecond;
  return html`<header class="overview" id="overview"><p class="source"><span class="ident">${migration.source}</span> <span>${facts.join(' · ')}</span></p>
<h1 class="${aside === 0 ? 'yes' : 'aside'}">${runTitle(report)}</h1>
<p class="sentence">${runSentence(report)}</p>
<dl class="figures">${[
    figure(formatCount(rows), 'rows', `in ${plural(tables.length, 'table')}`),
    figure(
      formatBytes(bytes),
      'sent',
      rate === undefined ? '' : `${formatBytes(rate)}/s while rows were loaded`,
    ),
    ...(report.isNew
      ? [
          figure(elapsed(seconds.load), 'loading rows', `after ${elapsed(seconds.before)} for tables`),
          figure(elapsed(seconds.after), 'for the rest', 'keys, indexes, foreign keys, views, statistics'),
        ]
      : []),
    figure(
      formatExact(aside),
      'set aside',
      aside === 0 ? '' : 'in shardwright.quarantine',
      aside > 0 ? 'bad' : 'good',
    ),
  ]}</dl></header>`;
}

function figure(value: string, noun: string, remark: string, tone = ''): Html {
  return html`<div class="figure ${tone}"><dt>${noun}</dt><dd>${value}</dd><dd class="remark">${remark}</dd></div>`;
}

function tablesSection({ tables, recopied, foreignKeysLeftOut }: RunReport): Html {
  const sorted = [...tables].sort((a, b) => b.bytes - a.bytes);
  return html`<section id="tables"><h2>Tables</h2>
<div class="scroll"><table class="loaded"><thead><tr><th scope="col">Table</th><th scope="col" class="num">Rows</th><th scope="col" class="num">Sent</th><th scope="col" class="num">Rate</th><th scope="col" class="num">Chunks</th><th scope="col" class="num">Set aside</th><th scope="col">Path</th><th scope="col">Why</th></tr></thead><tbody>${sorted.map(tableRow)}</tbody></table></div>
${
  recopied.length === 0
    ? []
    : [
        html`<h3>Copied anew</h3><p class="small">The source had changed since an earlier run.</p><ul class="notes">${recopied.map(({ relation, why }) => html`<li><span class="ident">${shortName(relation)}</span>: ${why}</li>`)}</ul>`,
      ]
}${
  foreignKeysLeftOut.length === 0
    ? []
    : [
        html`<h3>Left out</h3><p class="small">Foreign keys of the plan that nobody checks on the target.</p><ul class="notes">${foreignKeysLeftOut.map((key) => html`<li><span class="ident">${key}</span></li>`)}</ul>`,
      ]
}</section>`;
}

function tableRow(table: RunTable): Html {
  const { relation, target, rows, bytes, bytesPerSecond, chunks, setAside, path, why, format } = table;
  const into = target === relation ? [] : [html`<span class="under quiet">into ${shortName(target)}</span>`];
  return html`<tr><th scope="row"><span class="ident">${shortName(relation)}</span>${into}</th><td class="num" data-label="rows">${formatExact(rows)}</td><td class="num" data-label="sent">${formatBytes(bytes)}</td><td class="num">${bytesPerSecond === undefined ? '' : `${formatBytes(bytesPerSecond)}/s`}</td><td class="num" data-label="chunks">${formatExact(chunks.length)}</td><td class="num aside" data-label="set aside">${setAside === 0 ? '' : formatExact(setAside)}</td><td><span class="path"><span class="dot ${colorOf(path)}"></span>${path}${format === 'text' ? ', as text' : ''}</span></td><td class="c-why">${why}</td></tr>`;
}

function quarantineSection({ quarantine }: RunReport): Html {
  if (quarantine.length === 0) return '';
  return html`<section id="set-aside"><h2>Set aside</h2>
<p class="lead">These rows have no shard in the new design. They are whole, as JSON, in <span class="ident">shardwright.quarantine</span> on the target; docs/run.md tells what can be done with them.</p>
<div class="scroll"><table class="plain narrow"><thead><tr><th scope="col">Table</th><th scope="col" class="num">Rows</th><th scope="col">Reason</th></tr></thead><tbody>${quarantine.map(({ relation, rows, reason }) => html`<tr><td class="ident">${shortName(relation)}</td><td class="num">${formatExact(rows)}</td><td>${reason}</td></tr>`)}</tbody></table></div></section>`;
}

function stepsSection({ steps }: RunReport): Html {
  return html`<section id="steps"><h2>Steps</h2><p class="lead">What the plan says, in the order in which it was done.</p>${stagesOf(
    steps,
  ).map((stage) => {
    const seconds = stage.steps.reduce((sum, one) => sum + one.seconds, 0);
    return html`<details class="stage"><summary>${stage.title}<span class="quiet">${plural(stage.steps.length, 'step')}, ${elapsed(seconds)}</span></summary><ol>${stage.steps.map((step) => html`<li><span>${step.title}</span><span>${elapsed(step.seconds)}</span></li>`)}</ol></details>`;
  })}</section>`;
}
