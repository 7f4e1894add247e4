import { formatBytes, formatShare, plural } from '@shardwright/core';
import type { Proof } from '@shardwright/planner';
import { printable } from '../printable.ts';
import { proofSentence, proofVerdict, provenTitle } from '../proof/proof-words.ts';
import type { ProvenAnalysis } from '../proof/proven-analysis.ts';
import type { RenderOptions } from '../render-options.ts';
import { alternativeLines, coverageLines, nextStepLines } from './closing-section.ts';
import { displayWidth, truncate, wrap } from './columns.ts';
import { colocationLines, decisionLines } from './decision-section.ts';
import { findingLines } from './finding-section.ts';
import { createPaint } from './paint.ts';
import { queryLines } from './query-section.ts';
import type { TextSection, TextStyle } from './text-section.ts';

/** The analysis for a terminal: about one screen, whatever the schema's size. */
export function renderText(raw: ProvenAnalysis, options: RenderOptions): string {
  const analysis = printable(raw);
  const style: TextStyle = {
    paint: createPaint(options.color ?? false),
    // Below 60 cells tables would lose their names; above 140 eyes lose the line.
    width: Math.min(140, Math.max(60, options.width ?? 100)),
  };
  const sections: readonly TextSection[] = [
    colocationLines(analysis, style),
    decisionLines(analysis, style),
    findingLines(analysis, style),
    queryLines(analysis, style),
    alternativeLines(analysis, style),
    coverageLines(analysis, style),
    nextStepLines(analysis, style, printable(options.planCommand)),
  ];
  const lines = [
    ...headlineLines(analysis, style),
    ...sections.flatMap(({ title, remark, lines: body }) =>
      body.length === 0
        ? []
        : [
            '',
            style.paint.strong(title) +
              (remark === undefined
                ? ''
                : `  ${style.paint.faint(truncate(remark, style.width - title.length - 2))}`),
            ...body,
          ],
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const verdicts = {
  yes: 'Ready for Citus',
  'with-changes': 'Ready after changes',
  no: 'Stay on one node',
} as const;

function headlineLines(
  { origin, headline, optimisation, proof }: ProvenAnalysis,
  { paint, width }: TextStyle,
): string[] {
  const facts = [
    origin.label,
    ...(origin.serverVersion === undefined ? [] : [`PostgreSQL ${origin.serverVersion}`]),
    plural(headline.counts.tables, 'table'),
    ...(origin.bytesRead === undefined ? [] : [`${formatBytes(origin.bytesRead)} read`]),
    optimisation.status === 'optimal'
      ? 'proven optimal'
      : `within ${formatShare(optimisation.gap)} of the optimum`,
  ].join(' · ');
  const verdict = verdicts[headline.verdict];
  const painted = headline.verdict === 'yes' ? paint.good(paint.strong(verdict)) : paint.strong(verdict);
  const sentence = wrap(`${verdict}: ${headline.sentence}`, width);
  return [
    paint.faint(displayWidth(facts) <= width ? facts : wrap(facts, width).join('\n')),
    ...sentence.map((line, index) => (index === 0 ? line.replace(verdict, painted) : line)),
    ...(proof === undefined ? [] : proofLines(proof, { paint, width })),
  ];
}

function proofLines(proof: Proof, { paint, width }: TextStyle): readonly string[] {
  const title = provenTitle(proof);
  const painted = {
    holds: paint.good(title),
    undecided: paint.severity('warning', title),
    fails: paint.severity('error', title),
  };
  return wrap(`${title}: ${proofSentence(proof)}`, width).map((line, index) =>
    index === 0 ? line.replace(title, painted[proofVerdict(proof)]) : line,
  );
}
