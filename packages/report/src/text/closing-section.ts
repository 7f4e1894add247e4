import type { Analysis } from '@shardwright/analyzer';
import { formatExact, plural } from '@shardwright/core';
import type { ProvenAnalysis } from '../proof/proven-analysis.ts';
import { truncate, wrap } from './columns.ts';
import type { TextSection, TextStyle } from './text-section.ts';

/** The best design that was not chosen. */
export function alternativeLines({ alternatives }: Analysis, { paint, width }: TextStyle): TextSection {
  const best = alternatives[0];
  if (best === undefined) return { title: 'Best alternative', lines: [] };
  const more = alternatives.length - 1;
  return {
    title: 'Best alternative',
    lines: [
      ...wrap(best.sentence, width - 2).map((line) => `  ${line}`),
      ...(more > 0 ? [paint.faint(`  … and ${more} more: --out report.html`)] : []),
    ],
  };
}

const maxNotes = 6;
const maxProblems = 3;

/** What the advice rests on, and what could not be read. */
export function coverageLines({ coverage }: Analysis, { paint, width }: TextStyle): TextSection {
  const { notes, problems } = coverage;
  const bullet = (text: string): readonly string[] =>
    wrap(text, width - 4).map((line, index) => `  ${index === 0 ? '·' : ' '} ${line}`);
  return {
    title: 'What this rests on',
    lines: [
      ...notes.slice(0, maxNotes).flatMap(bullet),
      ...(notes.length > maxNotes
        ? [paint.faint(`  … and ${notes.length - maxNotes} more: --out report.html`)]
        : []),
      ...(problems.length > 0
        ? [paint.severity('warning', `  ! ${plural(problems.length, 'statement')} could not be read:`)]
        : []),
      ...problems
        .slice(0, maxProblems)
        .map(({ line, message, sql }) =>
          truncate(
            `    ${line > 0 ? `line ${line}: ` : ''}${message}: ${sql.replace(/\s+/g, ' ').trim()}`,
            width,
          ),
        ),
      ...(problems.length > maxProblems
        ? [paint.faint(`    … and ${formatExact(problems.length - maxProblems)} more: --out report.html`)]
        : []),
    ],
  };
}

/** What to do now, from what was found; `planCommand` plans it. */
export function nextStepLines(
  analysis: ProvenAnalysis,
  { width }: TextStyle,
  planCommand: string | undefined,
): TextSection {
  const byHand = analysis.findings.filter(
    ({ severity, automatic }) => severity === 'error' && !automatic,
  ).length;
  const steps = [
    ...(byHand > 0
      ? [
          `Decide what to do about the ${byHand === 1 ? 'one error' : plural(byHand, 'error')} without a mechanical remedy, then run this again.`,
        ]
      : []),
    ...(analysis.workload === undefined && analysis.headline.verdict !== 'no'
      ? [
          `${analysis.origin.kind === 'database' ? 'Get a workload, as said above' : 'Add --workload with an export of pg_stat_statements'}: the advice then rests on your queries too.`,
        ]
      : []),
    'Add --out report.html to see everything.',
  ];
  const isPlanned = planCommand !== undefined && analysis.headline.verdict !== 'no';
  return {
    title: 'Next',
    lines: [
      ...steps.flatMap((step) => wrap(step, width - 2).map((line) => `  ${line}`)),
      // Command lines stay whole, to be copied.
      ...(isPlanned
        ? [
            ...wrap(
              analysis.proof === undefined
                ? 'Plan it, and prove the plan on an empty throw-away Citus:'
                : 'Write the plan that was proven:',
              width - 2,
            ).map((line) => `  ${line}`),
            `    ${planCommand}`,
            ...(analysis.proof === undefined ? ['    migrate prove plan'] : []),
          ]
        : []),
    ],
  };
}
