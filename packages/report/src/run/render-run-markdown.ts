import { formatBytes, formatExact, plural } from '@shardwright/core';
import { code, inline, table } from '../markdown.ts';
import type { RunReport } from './run-report.ts';
import { dateTime, elapsed, runSentence, runTitle, shortName, stagesOf } from './run-words.ts';

/** A run for a ticket or a repository. */
export function renderRunMarkdown(report: RunReport): string {
  const { migration, tables, recopied, foreignKeysLeftOut, quarantine, steps, seconds } = report;
  const times = report.isNew
    ? [
        `Tables took ${elapsed(seconds.before)}, rows ${elapsed(seconds.load)} with ${plural(report.jobs, 'job')}, keys, indexes and the rest ${elapsed(seconds.after)}.`,
        '',
      ]
    : [];
  const done = migration.finishedAt === undefined ? '' : `, done ${dateTime(migration.finishedAt)}`;
  const lines = [
    `# ${runTitle(report)}`,
    '',
    `From ${code(migration.source)}, begun ${dateTime(migration.startedAt)}${done}. ${inline(runSentence(report))}`,
    '',
    ...times,
    '## Tables',
    '',
    ...table(
      ['Table', 'Rows', 'Sent', 'Rate', 'Set aside', 'Path', 'Format', 'Why'],
      tables.map((one) => [
        code(shortName(one.relation)),
        formatExact(one.rows),
        formatBytes(one.bytes),
        one.bytesPerSecond === undefined ? '' : `${formatBytes(one.bytesPerSecond)}/s`,
        one.setAside === 0 ? '' : formatExact(one.setAside),
        one.path,
        one.format,
        inline(one.why),
      ]),
      'lrrrrlll',
    ),
    '',
    ...section(
      'Copied anew, as the source had changed since an earlier run',
      recopied.map(({ relation, why }) => `- ${code(shortName(relation))}: ${inline(why)}`),
    ),
    ...section(
      'Foreign keys of the plan that were left out',
      foreignKeysLeftOut.map((key) => `- ${code(key)}`),
    ),
    ...section(
      'Set aside in shardwright.quarantine',
      quarantine.map(
        ({ relation, rows, reason }) =>
          `- ${code(shortName(relation))}: ${plural(rows, 'row')}, ${inline(reason)}`,
      ),
    ),
    ...section(
      'Steps',
      stagesOf(steps).map((stage) => {
        const total = stage.steps.reduce((sum, one) => sum + one.seconds, 0);
        return `- ${stage.title}: ${plural(stage.steps.length, 'step')}, ${elapsed(total)}`;
      }),
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}
