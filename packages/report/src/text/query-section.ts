import { formatExact, formatShare, plural } from '@shardwright/core';
import type { Proof } from '@shardwright/planner';
import { classCounts } from '../proof/class-counts.ts';
import { surprises, surpriseText } from '../proof/proof-words.ts';
import type { ProvenAnalysis } from '../proof/proven-analysis.ts';
import { queryClassLabel } from '../query-class-label.ts';
import { alignColumns, truncate } from './columns.ts';
import type { TextSection, TextStyle } from './text-section.ts';

const barCells = 20;

/** The workload by query class, and the queries one predicate away from one shard. */
export function queryLines(analysis: ProvenAnalysis, style: TextStyle): TextSection {
  const { workload, proof } = analysis;
  const { paint, width } = style;
  if (workload === undefined) return { title: 'Queries', lines: [] };
  const { summary, queries } = workload;
  const rows = classCounts(analysis).map((one) => [
    queryClassLabel(one.class).words,
    '█'.repeat(Math.round(one.shareOfCalls * barCells)) || '▏',
    formatShare(one.shareOfCalls),
    one.shareOfTime === undefined ? '' : formatShare(one.shareOfTime),
    formatExact(one.queries),
    one.real === undefined ? '' : formatExact(one.real),
  ]);
  const table = alignColumns(
    [
      { title: 'Class' },
      { title: '' },
      { title: 'Calls', align: 'right' },
      { title: 'Time', align: 'right' },
      { title: proof === undefined ? 'Queries' : 'Expected', align: 'right' },
      { title: 'Really', align: 'right' },
    ],
    rows,
    width - 2,
    (text, row, column) => (row < 0 || column === 1 ? paint.faint(text) : text),
  );
  const nearly = queries
    .filter(({ addPredicate }) => addPredicate !== undefined)
    .sort((a, b) => (b.shareOfTime ?? b.shareOfCalls) - (a.shareOfTime ?? a.shareOfCalls));
  const best = nearly[0];
  return {
    title: 'Queries',
    remark: [
      plural(summary.queries, 'query', 'queries'),
      plural(summary.calls, 'call'),
      ...(workload.unparsed > 0 ? [`${formatExact(workload.unparsed)} not understood`] : []),
    ].join(', '),
    lines: [
      ...table.map((line) => `  ${line}`),
      ...(proof === undefined ? [] : surpriseLines(proof, style)),
      ...(best === undefined
        ? []
        : [
            `  ${plural(nearly.length, 'query', 'queries')} would reach one shard with one more predicate, e.g. ${best.addPredicate ?? ''}:`,
            `    ${paint.faint(truncate(best.sql.replace(/\s+/g, ' ').trim(), width - 4))}`,
          ]),
    ],
  };
}

const mostSurprises = 3;

/** The queries of a proof that do not run as expected. */
function surpriseLines(proof: Proof, { paint, width }: TextStyle): readonly string[] {
  const all = surprises(proof);
  const rest = all.length - mostSurprises;
  return [
    ...all.slice(0, mostSurprises).flatMap((query) => {
      const { predicted, real, sql, outcome } = query;
      const found = real === undefined ? 'not tried' : queryClassLabel(real).words;
      const classes = `${queryClassLabel(predicted).words} → ${found}`;
      const mark = outcome === 'refused' ? paint.severity('error', '✗') : paint.severity('warning', '!');
      return [
        `  ${mark} ${classes}: ${truncate(sql.replace(/\s+/g, ' ').trim(), width - classes.length - 6)}`,
        `    ${paint.faint(truncate(surpriseText(query), width - 4))}`,
      ];
    }),
    ...(rest > 0 ? [paint.faint(`  … and ${rest} more do not run as expected: --out report.html`)] : []),
  ];
}
