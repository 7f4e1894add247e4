import type { Analysis, Finding, QueryAnalysis } from '@shardwright/analyzer';
import { displayName, formatBytes, formatCount, formatExact, formatShare, plural } from '@shardwright/core';
import type { QueryProof } from '@shardwright/planner';
import {
  backfillPath,
  decisionColumn,
  decisionLabel,
  decisionRemarks,
  labelInWords,
} from './decision-label.ts';
import { type FindingGroup, groupFindings, severityNoun } from './finding-groups.ts';
import { code, inline, table } from './markdown.ts';
import { printable } from './printable.ts';
import { classCounts } from './proof/class-counts.ts';
import { proofSentence, provenTitle, queryProofOf, surpriseText } from './proof/proof-words.ts';
import type { ProvenAnalysis } from './proof/proven-analysis.ts';
import { queryClassLabel } from './query-class-label.ts';

/** How much of the long parts is shown. */
interface Limits {
  readonly tables: number;
  readonly findingsPerRule: number;
  readonly queries: number;
}

// GitHub refuses comments above 65,536 characters: long parts get shorter until all of it fits, and say so.
const mostCharacters = 65_000;
const limitSteps: readonly Limits[] = [
  { tables: 200, findingsPerRule: 15, queries: 40 },
  { tables: 120, findingsPerRule: 6, queries: 25 },
  { tables: 60, findingsPerRule: 3, queries: 15 },
  { tables: 25, findingsPerRule: 1, queries: 8 },
];

/** The analysis for a pull request, an issue or a wiki page. */
export function renderMarkdown(raw: ProvenAnalysis): string {
  const analysis = printable(raw);
  let text = '';
  for (const limits of limitSteps) {
    text = renderWithin(analysis, limits);
    if (text.length <= mostCharacters) break;
  }
  return text;
}

function renderWithin(analysis: ProvenAnalysis, limits: Limits): string {
  const sections = [
    headline(analysis),
    groups(analysis, limits),
    decisions(analysis, limits),
    findings(analysis, limits),
    queries(analysis, limits),
    alternatives(analysis),
    coverage(analysis, limits),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const verdicts = {
  yes: 'Ready for Citus',
  'with-changes': 'Ready after changes',
  no: 'Stay on one node',
} as const;

function headline({
  origin,
  headline: { verdict, sentence, counts, findings: found },
  proof,
}: ProvenAnalysis): string[] {
  return [
    `# ${verdicts[verdict]}: ${inline(origin.label)}`,
    '',
    inline(sentence),
    '',
    ...(proof === undefined
      ? []
      : [`**${inline(provenTitle(proof))}**: ${inline(proofSentence(proof))}`, '']),
    ...table(
      [
        'Tables',
        'Distributed',
        'of these, backfill',
        'Reference',
        'Single-shard',
        'Local',
        'Errors',
        'Warnings',
      ],
      [
        [
          counts.tables,
          counts.distributed,
          counts.needBackfill,
          counts.reference,
          counts.singleShard,
          counts.local,
          found.error,
          found.warning,
        ].map(formatExact),
      ],
      'r'.repeat(8),
    ),
  ];
}

function groups({ colocationGroups }: Analysis, limits: Limits): string[] {
  if (colocationGroups.length === 0) return [];
  return [
    '## Co-location groups',
    '',
    ...colocationGroups.map((group) => {
      const size = group.bytes === undefined ? '' : `, ${formatBytes(group.bytes)}`;
      const facts = `${inline(group.type)}, ${plural(group.tables.length, 'table')}, ${plural(group.shardCount, 'shard')}${size}`;
      const shown = group.tables.slice(0, limits.tables).map((name) => code(displayName(name)));
      const rest = group.tables.length - shown.length;
      return `- **${inline(group.name)}** (${facts}): ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    }),
  ];
}

function decisions({ tables, findings: all }: Analysis, limits: Limits): string[] {
  const rows = tables.slice(0, limits.tables).map((one) => {
    const column = decisionColumn(one.decision);
    const path = backfillPath(one.decision);
    const remarks = [...decisionRemarks(one.decision), ...(path === '' ? [] : [`filled over ${path}`])];
    return [
      code(displayName(one)),
      labelInWords(decisionLabel(one.decision)),
      column === '' ? '' : code(column),
      one.rows === undefined ? '' : formatCount(one.rows.count),
      one.bytes === undefined ? '' : formatBytes(one.bytes),
      one.skew === undefined ? '' : `${one.skew.maxOverMean.toFixed(1)}×`,
      String(one.findings.filter((index) => all[index] !== undefined).length),
      inline([...remarks, ...one.reasons.slice(0, 1)].join('; ')),
    ];
  });
  return [
    '## Decisions',
    '',
    ...table(['Table', 'Decision', 'By', 'Rows', 'Size', 'Skew', 'Findings', 'Why'], rows, 'lllrrrrl'),
    ...(tables.length > limits.tables
      ? ['', `… and ${formatExact(tables.length - limits.tables)} more in the HTML report.`]
      : []),
  ];
}

function findings(analysis: Analysis, limits: Limits): string[] {
  if (analysis.findings.length === 0) return [];
  return [
    '## Findings',
    ...groupFindings(analysis.findings).flatMap((group) => findingGroup(group, limits.findingsPerRule)),
  ];
}

const marks = { error: '🔴', warning: '🟡', info: '🔵' } as const;

function findingGroup(group: FindingGroup, most: number): string[] {
  const count = plural(group.findings.length, severityNoun(group.severity));
  const shown = group.findings.slice(0, most);
  const rest = group.findings.length - shown.length;
  return [
    '',
    `### ${marks[group.severity]} ${inline(group.rule)} (${count})`,
    '',
    ...shown.flatMap(({ finding }) => findingItem(finding)),
    ...(rest > 0 ? [`- … and ${formatExact(rest)} more in the HTML report.`] : []),
  ];
}

function findingItem(finding: Finding): string[] {
  const where = [
    ...(finding.table === undefined ? [] : [code(displayName(finding.table))]),
    ...(finding.line > 0 ? [`line ${finding.line}`] : []),
  ].join(', ');
  return [
    `- ${where === '' ? '' : `${where}: `}${inline(finding.message)}`,
    `  ${inline(finding.consequence)} **${inline(finding.remedy)}**${finding.automatic ? ' (mechanical)' : ''}`,
    ...(finding.citusMessage === undefined ? [] : [`  Citus: ${code(finding.citusMessage)}`]),
  ];
}

function queries(analysis: ProvenAnalysis, limits: Limits): string[] {
  const { workload, proof } = analysis;
  if (workload === undefined) return [];
  const proofOf = queryProofOf(proof);
  const byWeight = [...workload.queries].sort(
    (a, b) => (b.shareOfTime ?? b.shareOfCalls) - (a.shareOfTime ?? a.shareOfCalls),
  );
  const share = (value: number | undefined): string => (value === undefined ? '' : formatShare(value));
  return [
    '## Queries',
    '',
    ...table(
      ['Class', ...(proof === undefined ? ['Queries'] : ['Expected', 'Really']), 'Calls', 'Time', 'Meaning'],
      classCounts(analysis).map((one) => [
        queryClassLabel(one.class).words,
        formatExact(one.queries),
        ...(one.real === undefined ? [] : [formatExact(one.real)]),
        formatShare(one.shareOfCalls),
        share(one.shareOfTime),
        queryClassLabel(one.class).meaning,
      ]),
      proof === undefined ? 'lrrrl' : 'lrrrrl',
    ),
    '',
    ...table(
      [
        'Query',
        'Class',
        ...(proof === undefined ? [] : ['Really']),
        'Calls',
        'Time',
        'Why',
        'One shard by adding',
      ],
      byWeight
        .slice(0, limits.queries)
        .map((one) => [
          code(shorten(one.sql, 160)),
          queryClassLabel(one.class).words,
          ...(proof === undefined ? [] : [realClass(proofOf(one.fingerprint))]),
          formatShare(one.shareOfCalls),
          share(one.shareOfTime),
          inline(whyText(one, proofOf(one.fingerprint))),
          one.addPredicate === undefined ? '' : code(one.addPredicate),
        ]),
      proof === undefined ? 'llrrll' : 'lllrrll',
    ),
    ...(byWeight.length > limits.queries
      ? ['', `… and ${formatExact(byWeight.length - limits.queries)} more in the HTML report.`]
      : []),
  ];
}

/** The class that Citus gave a query; a bold one is not the expected one. */
function realClass(proof: QueryProof | undefined): string {
  if (proof?.real === undefined) return 'not tried';
  const { words } = queryClassLabel(proof.real);
  return proof.outcome === 'as-predicted' ? words : `**${words}**`;
}

function whyText(query: QueryAnalysis, proof: QueryProof | undefined): string {
  const isSurprise = proof !== undefined && proof.outcome !== 'as-predicted';
  return isSurprise ? surpriseText(proof) : (query.error ?? query.reason);
}

function alternatives({ alternatives: others, optimisation }: Analysis): string[] {
  if (others.length === 0) return [];
  return [
    '## Alternatives',
    '',
    `The chosen design costs ${formatExact(optimisation.objective)} (${inline(optimisation.currency)}), ${
      optimisation.status === 'optimal'
        ? 'proven optimal'
        : `within ${formatShare(optimisation.gap)} of the best bound`
    }; ${formatShare(optimisation.localRelationShare)} of the relations, by weight, need no network.`,
    '',
    ...table(
      [
        'Built around',
        'Cost',
        'Distributed',
        'Reference',
        'Local',
        'Backfill',
        'Relations without network',
        'Calls on one shard',
        '',
      ],
      others.map((one) => [
        code(one.name),
        formatExact(one.objective),
        formatExact(one.distributed),
        formatExact(one.reference),
        formatExact(one.local),
        formatExact(one.needBackfill),
        formatShare(one.localRelationShare),
        one.routerShareOfCalls === undefined ? '' : formatShare(one.routerShareOfCalls),
        inline(one.sentence),
      ]),
      'lrrrrrrrl',
    ),
  ];
}

function coverage({ coverage: { notes, problems, verbatim } }: Analysis, limits: Limits): string[] {
  const lines = [
    ...notes.map((note) => `- ${inline(note)}`),
    ...verbatim.map(
      ({ node, count, firstLine }) =>
        `- Kept as it is: ${plural(count, 'statement')} ${code(node)}${firstLine > 0 ? `, first on line ${firstLine}` : ''}`,
    ),
    ...problems
      .slice(0, limits.tables)
      .map(
        ({ line, message, sql }) =>
          `- **Not understood**${line > 0 ? `, line ${line}` : ''}: ${inline(message)}: ${code(shorten(sql, 120))}`,
      ),
  ];
  return lines.length === 0 ? [] : ['## What this rests on', '', ...lines];
}

function shorten(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1)}…`;
}
