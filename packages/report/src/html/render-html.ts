import { createHash } from 'node:crypto';
import type { ProvenAnalysis } from '../proof/proven-analysis.ts';
import type { RenderOptions } from '../render-options.ts';
import { startDecisions } from './client/decisions.ts';
import { startPage } from './client/program.ts';
import { createTemplates } from './client/templates.ts';
import { escapeHtml, html, scriptJson } from './markup.ts';
import { packStrings } from './packed-strings.ts';
import { pageData } from './page-data.ts';
import { alternativesSection, coverageSection } from './sections/closing.ts';
import { dataSection } from './sections/data-section.ts';
import { decisionsSection, firstRows } from './sections/decisions.ts';
import { findingsSection } from './sections/findings.ts';
import { mapSection } from './sections/map-section.ts';
import { overviewSection } from './sections/overview.ts';
import { queriesSection } from './sections/queries.ts';
import { style } from './style.ts';

/** The analysis as one file that needs nothing else: no network, no other file, and a policy that says so. */
export function renderHtml(analysis: ProvenAnalysis, options: RenderOptions): string {
  const data = pageData(analysis);
  const packed = packStrings(data);
  const program = `(${startPage.toString()})(${createTemplates.toString()}, ${startDecisions.toString()}, ${firstRows});`;
  const hash = createHash('sha256').update(program).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const sections = [
    overviewSection(analysis, options.madeAt),
    mapSection(analysis),
    decisionsSection(analysis, data),
    findingsSection(analysis, data),
    queriesSection(analysis, data),
    dataSection(analysis, data),
    alternativesSection(analysis),
    coverageSection(analysis),
  ];
  const links = [
    ['map', 'Map'],
    ['decisions', 'Decisions'],
    ['findings', 'Findings'],
    ['queries', 'Queries'],
    ['data', 'Size and skew'],
    ...(analysis.alternatives.length > 0 ? [['alternatives', 'Alternatives']] : []),
    ['coverage', 'Coverage'],
  ] as const;
  return html`${['<!doctype html>\n']}<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${analysis.origin.label} on Citus</title><link rel="icon" href="data:,"><style>${[style]}</style></head>
<body><a class="skip" href="#decisions">Skip to the decisions</a>
<nav aria-label="Sections"><div class="inner"><a class="brand" href="#overview">Shardwright</a><div class="links">${links.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</div><button type="button" id="theme" hidden></button></div></nav>
<main>${sections}</main>
<footer>${[`Shardwright${options.toolVersion === undefined ? '' : ` ${escapeHtml(options.toolVersion)}`} · migrate analyze`]}</footer>
<script type="application/json" id="strings">${[scriptJson(packed.strings)]}</script>
<script type="application/json" id="data-json">${[scriptJson(packed.value)]}</script>
<script>${[program]}</script>
</body></html>
`;
}
