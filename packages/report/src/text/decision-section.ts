import type { Analysis, Finding, TableAnalysis } from '@shardwright/analyzer';
import { displayName, formatBytes, formatCount, nameKey, plural } from '@shardwright/core';
import {
  backfillPath,
  decisionColumn,
  decisionLabel,
  decisionLabels,
  decisionRemarks,
  labelInWords,
} from '../decision-label.ts';
import { severityMarks, severityRank } from '../finding-groups.ts';
import { alignColumns, displayWidth, type TextColumn } from './columns.ts';
import type { TextSection, TextStyle } from './text-section.ts';

// One screen: beyond this the table stops being read, and the other formats show all of it.
const maxRows = 18;
const sampleRows = 14;
const maxGroups = 4;

/** Which tables live together. */
export function colocationLines({ colocationGroups }: Analysis, { paint, width }: TextStyle): TextSection {
  const shown = colocationGroups.slice(0, maxGroups).flatMap((group) => {
    const facts = [
      group.type,
      plural(group.tables.length, 'table'),
      plural(group.shardCount, 'shard'),
      ...(group.bytes === undefined ? [] : [formatBytes(group.bytes)]),
    ];
    return [
      `  ${paint.strong(group.name)}  ${paint.faint(facts.join(' · '))}`,
      `    ${listThatFits(group.tables.map(displayName), width - 4)}`,
    ];
  });
  const rest = colocationGroups.length - maxGroups;
  return {
    title: 'Co-location groups',
    lines: rest > 0 ? [...shown, paint.faint(`  … and ${rest} more: --out report.html`)] : shown,
  };
}

const columns: readonly TextColumn[] = [
  { title: 'Table', shrinks: true },
  { title: 'Decision', shrinks: true },
  { title: 'By', shrinks: true },
  { title: 'Rows', align: 'right', drops: true },
  { title: 'Size', align: 'right', drops: true },
  { title: 'Skew', align: 'right', drops: true },
  { title: 'Findings' },
  { title: 'Remarks', shrinks: true, drops: true },
];

/** What becomes of each table; the largest, or most related, of each kind when there are too many. */
export function decisionLines(analysis: Analysis, { paint, width }: TextStyle): TextSection {
  const relations = new Map<string, number>();
  for (const { from, to } of analysis.relations) {
    for (const key of [nameKey(from), nameKey(to)]) relations.set(key, (relations.get(key) ?? 0) + 1);
  }
  const related = (table: TableAnalysis): number => relations.get(nameKey(table)) ?? 0;
  const ordered = [...analysis.tables].sort(
    (a, b) =>
      decisionLabels.indexOf(decisionLabel(a.decision)) - decisionLabels.indexOf(decisionLabel(b.decision)) ||
      (b.bytes ?? 0) - (a.bytes ?? 0) ||
      related(b) - related(a) ||
      (displayName(a) < displayName(b) ? -1 : 1),
  );
  const rows = pickRows(ordered);
  const cells = rows.map((table) => [
    displayName(table),
    labelInWords(decisionLabel(table.decision)),
    decisionColumn(table.decision),
    table.rows === undefined ? '' : formatCount(table.rows.count),
    table.bytes === undefined ? '' : formatBytes(table.bytes),
    table.skew === undefined ? '' : `${table.skew.maxOverMean.toFixed(1)}×`,
    countFindings(table.findings, analysis.findings),
    [
      ...decisionRemarks(table.decision),
      ...[backfillPath(table.decision)].filter((path) => path !== ''),
    ].join('; '),
  ]);
  if (rows.length === 0) return { title: 'Decisions', lines: [] };
  const lines = alignColumns(columns, cells, width - 2, (text, row, column) => {
    if (row < 0 || column === 7) return paint.faint(text);
    const worst = worstFinding(rows[row], analysis.findings);
    return column === 6 && worst !== undefined ? paint.severity(worst.severity, text) : text;
  });
  const rest = analysis.tables.length - rows.length;
  return {
    title: 'Decisions',
    remark: decisionCounts(analysis),
    lines: [
      ...lines.map((line) => `  ${line}`),
      ...(rest > 0 ? [paint.faint(`  … and ${rest} more: --out report.html`)] : []),
    ],
  };
}

/** All rows when they fit, else the first of every kind in proportion, largest tables first. */
function pickRows(ordered: readonly TableAnalysis[]): readonly TableAnalysis[] {
  if (ordered.length <= maxRows) return ordered;
  const kinds = decisionLabels
    .map((label) => ordered.filter(({ decision }) => decisionLabel(decision) === label))
    .filter((tables) => tables.length > 0);
  const least = 2;
  const free = sampleRows - kinds.length * least;
  return kinds.flatMap((tables) =>
    tables.slice(0, least + Math.floor((free * Math.max(0, tables.length - least)) / ordered.length)),
  );
}

function decisionCounts({ headline: { counts } }: Analysis): string {
  return [
    [counts.distributed, 'distributed'] as const,
    [counts.needBackfill, 'of them after a backfill'] as const,
    [counts.reference, 'reference'] as const,
    [counts.singleShard, 'single-shard'] as const,
    [counts.local, 'local'] as const,
  ]
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ');
}

function countFindings(indices: readonly number[], all: readonly Finding[]): string {
  const counts = new Map<Finding['severity'], number>();
  for (const index of indices) {
    const severity = all[index]?.severity;
    if (severity !== undefined) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  }
  return [...counts.entries()]
    .sort(([a], [b]) => severityRank(a) - severityRank(b))
    .map(([severity, count]) => `${severityMarks[severity]} ${count}`)
    .join('  ');
}

function worstFinding(table: TableAnalysis | undefined, all: readonly Finding[]): Finding | undefined {
  return (table?.findings ?? [])
    .flatMap((index) => all[index] ?? [])
    .sort((a, b) => severityRank(a.severity) - severityRank(b.severity))[0];
}

/** Names joined by commas as far as the line goes, then how many are left. */
function listThatFits(names: readonly string[], width: number): string {
  let line = '';
  for (const [index, name] of names.map((one) => one.replace(/\s/g, ' ')).entries()) {
    const longer = line === '' ? name : `${line}, ${name}`;
    const left = names.length - index - 1;
    const ending = left === 0 ? '' : `, … and ${left} more`;
    if (line !== '' && displayWidth(longer + ending) > width) return `${line}, … and ${left + 1} more`;
    line = longer;
  }
  return line;
}
