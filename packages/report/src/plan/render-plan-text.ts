import { displayName, formatExact, plural } from '@shardwright/core';
import { phases, phaseTitles, type Weakening } from '@shardwright/planner';
import { printable } from '../printable.ts';
import type { RenderOptions } from '../render-options.ts';
import { truncate, wrap } from '../text/columns.ts';
import { createPaint } from '../text/paint.ts';
import type { TextSection, TextStyle } from '../text/text-section.ts';
import { byRisk, countsInWords, type PlanReport, risks, wholeTables } from './plan-report.ts';
import { sizeSentences } from './plan-sizes.ts';

/** A summary's options: where the files are, when they were written. */
export interface PlanTextOptions extends RenderOptions {
  readonly directory?: string;
}

const mostWeakenings = 6;
const mostLeftOut = 4;

/** A plan for a terminal: about one screen, whatever its size. */
export function renderPlanText(raw: PlanReport, options: PlanTextOptions = {}): string {
  const report = printable(raw);
  const style: TextStyle = {
    paint: createPaint(options.color ?? false),
    width: Math.min(140, Math.max(60, options.width ?? 100)),
  };
  const sections = [
    orderLines(report, style),
    weakeningLines(report, style),
    leftOutLines(report, style),
    sizeLines(report, style),
    nextLines(report, style, options.directory),
  ].filter(({ lines }) => lines.length > 0);
  const lines = [
    ...headLines(report, style),
    ...sections.flatMap(({ title, remark, lines: body }) => [
      '',
      style.paint.strong(title) + (remark === undefined ? '' : `  ${style.paint.faint(remark)}`),
      ...body,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function headLines(report: PlanReport, { paint, width }: TextStyle): readonly string[] {
  const { origin, tables, steps } = report.plan;
  const partitions = tables.length - wholeTables(report.plan).length;
  const facts = [
    origin.label,
    ...(origin.serverVersion === undefined ? [] : [`PostgreSQL ${origin.serverVersion}`]),
    plural(wholeTables(report.plan).length, 'table'),
    ...(partitions === 0 ? [] : [plural(partitions, 'partition')]),
    plural(steps.length, 'step'),
  ].join(' · ');
  const [first = '', ...rest] = wrap(
    `Planned: ${countsInWords(report) || 'no table, as the source has none'}.`,
    width,
  );
  return [
    ...wrap(facts, width).map(paint.faint),
    first.replace('Planned', paint.good(paint.strong('Planned'))),
    ...rest,
  ];
}

/** Phases with their steps, as many on a line as go. */
function orderLines({ plan }: PlanReport, { width }: TextStyle): TextSection {
  const counts = phases.flatMap((phase) => {
    if (phase === 'load') return ['(load the rows)'];
    const count = plan.steps.filter((step) => step.phase === phase).length;
    return count === 0 ? [] : [`${phaseTitles[phase]} ${count}`];
  });
  return {
    title: 'In order',
    lines: wrap(counts.join(' → '), width - 2).map((line) => `  ${line}`),
  };
}

function weakeningLines({ plan }: PlanReport, { paint, width }: TextStyle): TextSection {
  const all = byRisk(plan);
  // What hardly anybody meets is for the README.
  const heavy = all.filter(({ risk }) => risk !== 'low');
  const shown = heavy.slice(0, mostWeakenings);
  const rest = all.length - shown.length;
  const counts = risks
    .map((risk) => [all.filter((one) => one.risk === risk).length, risk] as const)
    .filter(([count]) => count > 0)
    .map(([count, risk]) => `${formatExact(count)} of ${risk} risk`);
  return {
    title: 'Weakened guarantees',
    remark: counts.join(', '),
    lines: [
      ...shown.flatMap((one) => entry(one, { paint, width })),
      ...(rest > 0 && all.length > 0 ? [paint.faint(`  … and ${formatExact(rest)} more: README.md`)] : []),
    ],
  };
}

/** Two lines at most; the remedy is in the README. */
function entry(one: Weakening, { paint, width }: TextStyle): readonly string[] {
  const severity = one.risk === 'high' ? 'error' : 'warning';
  const mark = paint.severity(severity, one.risk === 'high' ? '✗' : '!');
  const told = `${displayName(one.table)}, ${one.object}: ${one.before}; then ${one.after}`;
  const [first = '', ...rest] = wrap(told, width - 4);
  const second = rest.length === 0 ? [] : [`    ${truncate(rest.join(' '), width - 4)}`];
  return [`  ${mark} ${first}`, ...second];
}

function leftOutLines({ plan: { leftOut } }: PlanReport, { paint, width }: TextStyle): TextSection {
  const rest = leftOut.length - mostLeftOut;
  return {
    title: 'Left out',
    remark: plural(leftOut.length, 'object'),
    lines: [
      ...leftOut
        .slice(0, mostLeftOut)
        .map(({ object, why }) => `  · ${truncate(`${object}: ${why}`, width - 4)}`),
      ...(rest > 0 ? [paint.faint(`  … and ${formatExact(rest)} more: README.md`)] : []),
    ],
  };
}

function sizeLines(report: PlanReport, { width }: TextStyle): TextSection {
  const [rows] = sizeSentences(report);
  return {
    title: 'Size',
    lines: rows === undefined ? [] : wrap(rows, width - 2).map((line) => `  ${line}`),
  };
}

function nextLines(
  { plan, proof }: PlanReport,
  { width }: TextStyle,
  directory: string | undefined,
): TextSection {
  const high = plan.weakenings.filter(({ risk }) => risk === 'high').length;
  const base = directory?.replace(/\/$/, '') ?? '';
  const whole = shellWord(base);
  const steps =
    directory === undefined
      ? ['Nothing was written. Add --out DIR for migration.sql, rollback.sql, README.md and the rest.']
      : [
          `Read ${shellWord(`${base}/README.md`)}${high === 0 ? '' : `: decide on the ${plural(high, 'guarantee')} of high risk`}${plan.leftOut.length === 0 ? '' : `, and on what is left out`}.`,
          ...(proof === undefined
            ? [
                'Prove it on an empty throw-away Citus, with the queries of the workload:',
                `  migrate prove ${whole}`,
              ]
            : []),
          'Carry it out, rows and all, on an empty Citus database of yours; migrate rollback takes it back:',
          `  migrate run ${whole} --source "$SOURCE" --target "$TARGET"`,
        ];
  return {
    title: 'Next',
    // Command lines stay whole, to be copied.
    lines: steps.flatMap((step) =>
      step.startsWith('  ') ? [`  ${step}`] : wrap(step, width - 2).map((line) => `  ${line}`),
    ),
  };
}

function shellWord(text: string): string {
  return /^[\w./~+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
