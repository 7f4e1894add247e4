import type { Analysis } from '@shardwright/analyzer';
import { displayName, formatExact, plural } from '@shardwright/core';
import {
  type FindingGroup,
  groupFindings,
  severityMarks,
  severityNoun,
  sourceLines,
} from '../finding-groups.ts';
import { truncate, wrap } from './columns.ts';
import type { TextSection, TextStyle } from './text-section.ts';

const maxRules = 5;
// With more rules than these, one line each must do for the remedy.
const manyRules = 4;

/** The findings by rule, worst first, each with its remedy and the lines to look at. */
export function findingLines(analysis: Analysis, style: TextStyle): TextSection {
  const groups = groupFindings(analysis.findings);
  const { error, warning, info } = analysis.headline.findings;
  const rest = groups.slice(maxRules);
  return {
    title: 'Findings',
    remark: [plural(error, 'error'), plural(warning, 'warning'), plural(info, 'note')].join(', '),
    lines: [
      ...groups
        .slice(0, maxRules)
        .flatMap((group) => groupLines(group, style, groups.length > manyRules ? 1 : 2)),
      ...(rest.length > 0
        ? [
            style.paint.faint(
              `  … and ${formatExact(rest.reduce((sum, { findings }) => sum + findings.length, 0))} more of ${plural(rest.length, 'rule')}: --out report.html`,
            ),
          ]
        : []),
    ],
  };
}

function groupLines(group: FindingGroup, { paint, width }: TextStyle, remedyRows: number): readonly string[] {
  const first = group.findings[0]?.finding;
  if (first === undefined) return [];
  const silent = group.effects.includes('silent') ? ', silent on Citus' : '';
  const head = `${severityMarks[group.severity]} ${group.rule}`;
  const count = plural(group.findings.length, severityNoun(group.severity));
  const where = linesInWords(sourceLines(group));
  const example =
    group.findings.length === 1 || first.table === undefined ? first.message : `e.g. ${first.message}`;
  const subject =
    first.table === undefined || example.includes(first.table.name) ? '' : `${displayName(first.table)}: `;
  return [
    `  ${paint.severity(group.severity, head)}  ${paint.faint(truncate(`${count}${silent}${where}`, Math.max(12, width - head.length - 4)))}`,
    `    ${truncate(subject + example, width - 4)}`,
    ...remedyLines(first.remedy, width - 6, remedyRows).map(
      (line, index) => `    ${paint.faint(index === 0 ? '→' : ' ')} ${line}`,
    ),
  ];
}

/** At most so many lines; what is cut ends in an ellipsis. */
function remedyLines(remedy: string, width: number, rows: number): readonly string[] {
  const lines = wrap(remedy, width - 2);
  return lines
    .slice(0, rows)
    .map((line, index) => (index === rows - 1 && lines.length > rows ? `${line} …` : line));
}

function linesInWords(lines: readonly number[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, 5).join(', ');
  return `, line${lines.length === 1 ? '' : 's'} ${shown}${lines.length > 5 ? ', …' : ''}`;
}
