import type { Analysis, Finding } from '@shardwright/analyzer';
import { displayName } from '@shardwright/core';
import {
  backfillPath,
  decisionColumn,
  decisionLabel,
  decisionRemarks,
  labelInWords,
} from './decision-label.ts';
import { type FindingGroup, groupFindings, severityNoun } from './finding-groups.ts';
import { formatBytes, formatCount, formatExact, formatShare, plural } from './quantity.ts';
import { queryClassLabel } from './query-class-label.ts';

// GitHub cuts comments at 65,536 characters: large parts stop well before that and say so.
const maxTables = 200;
const maxFindingsPerRule = 15;
const maxQueries = 40;

/** The analysis for a pull request, an issue or a wiki page. */
export function renderMarkdown(analysis: Analysis): string {
  const sections = [
    headline(analysis),
    groups(analysis),
    decisions(analysis),
    findings(analysis),
    queries(analysis),
    alternatives(analysis),
    coverage(analysis),
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

function headline({ origin, headline: { verdict, sentence, counts, findings: found } }: Analysis): string[] {
  return [
    `# ${verdicts[verdict]}: ${inline(origin.label)}`,
    '',
    inline(sentence),
    '',
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

function groups({ colocationGroups }: Analysis): string[] {
  if (colocationGroups.length === 0) return [];
  return [
    '## Co-location groups',
    '',
    ...colocationGroups.map((group) => {
      const size = group.bytes === undefined ? '' : `, ${formatBytes(group.bytes)}`;
      const facts = `${inline(group.type)}, ${plural(group.tables.length, 'table')}, ${plural(group.shardCount, 'shard')}${size}`;
      const shown = group.tables.slice(0, maxTables).map((name) => code(displayName(name)));
      const rest = group.tables.length - shown.length;
      return `- **${inline(group.name)}** (${facts}): ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    }),
  ];
}

function decisions({ tables, findings: all }: Analysis): string[] {
  const rows = tables.slice(0, maxTables).map((one) => {
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
    ...(tables.length > maxTables
      ? ['', `… and ${formatExact(tables.length - maxTables)} more in the HTML report.`]
      : []),
  ];
}

function findings(analysis: Analysis): string[] {
  if (analysis.findings.length === 0) return [];
  return ['## Findings', ...groupFindings(analysis.findings).flatMap(findingGroup)];
}

const marks = { error: '🔴', warning: '🟡', info: '🔵' } as const;

function findingGroup(group: FindingGroup): string[] {
  const count = plural(group.findings.length, severityNoun(group.severity));
  const shown = group.findings.slice(0, maxFindingsPerRule);
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

function queries({ workload }: Analysis): string[] {
  if (workload === undefined) return [];
  const { summary } = workload;
  const byWeight = [...workload.queries].sort(
    (a, b) => (b.shareOfTime ?? b.shareOfCalls) - (a.shareOfTime ?? a.shareOfCalls),
  );
  const share = (value: number | undefined): string => (value === undefined ? '' : formatShare(value));
  return [
    '## Queries',
    '',
    ...table(
      ['Class', 'Queries', 'Calls', 'Time', 'Meaning'],
      summary.classes.map((one) => [
        queryClassLabel(one.class).words,
        formatExact(one.queries),
        formatShare(one.shareOfCalls),
        share(one.shareOfTime),
        queryClassLabel(one.class).meaning,
      ]),
      'lrrrl',
    ),
    '',
    ...table(
      ['Query', 'Class', 'Calls', 'Time', 'Why', 'One shard by adding'],
      byWeight
        .slice(0, maxQueries)
        .map((one) => [
          code(shorten(one.sql, 160)),
          queryClassLabel(one.class).words,
          formatShare(one.shareOfCalls),
          share(one.shareOfTime),
          inline(one.error ?? one.reason),
          one.addPredicate === undefined ? '' : code(one.addPredicate),
        ]),
      'llrrll',
    ),
    ...(byWeight.length > maxQueries
      ? ['', `… and ${formatExact(byWeight.length - maxQueries)} more in the HTML report.`]
      : []),
  ];
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
    }.`,
    '',
    ...table(
      [
        'Built around',
        'Cost',
        'Distributed',
        'Reference',
        'Local',
        'Backfill',
        'Relations on one shard',
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

function coverage({ coverage: { notes, problems, verbatim } }: Analysis): string[] {
  const lines = [
    ...notes.map((note) => `- ${inline(note)}`),
    ...verbatim.map(
      ({ node, count, firstLine }) =>
        `- Kept as it is: ${plural(count, 'statement')} ${code(node)}${firstLine > 0 ? `, first on line ${firstLine}` : ''}`,
    ),
    ...problems
      .slice(0, maxTables)
      .map(
        ({ line, message, sql }) =>
          `- **Not understood**${line > 0 ? `, line ${line}` : ''}: ${inline(message)}: ${code(shorten(sql, 120))}`,
      ),
  ];
  return lines.length === 0 ? [] : ['## What this rests on', '', ...lines];
}

/** A pipe table; `align` has one letter per column. */
function table(titles: readonly string[], rows: readonly (readonly string[])[], align: string): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(titles),
    `|${[...align].map((one) => (one === 'r' ? '---:' : '---')).join('|')}|`,
    ...rows.map(line),
  ];
}

/** Text with nothing in it that Markdown or HTML would take as markup. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>#~]/g, (mark) => (mark === '<' ? '&lt;' : `\\${mark}`));
}

/** Text as code, with a fence longer than any run of backticks in it. */
function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${flat}${space}${fence}`;
}

function shorten(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1)}…`;
}
