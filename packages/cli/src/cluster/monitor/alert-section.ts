import type { Alert } from '@shardwright/cluster';
import { plural } from '@shardwright/core';
import { truncate, wrap } from '@shardwright/report';
import { margin, type ScreenSection, type ScreenStyle } from './screen-section.ts';

/** What somebody should look at, worst first. */
export const alertSection: ScreenSection = ({ alerts }, style) => ({
  title: 'Alerts',
  remark: alerts.length === 0 ? 'none' : summaryOf(alerts),
  lines: alerts.flatMap((alert) => alertLines(alert, style)),
});

function summaryOf(alerts: readonly Alert[]): string {
  const number = (severity: Alert['severity']) =>
    alerts.filter((alert) => alert.severity === severity).length;
  return [
    ...(number('error') > 0 ? [plural(number('error'), 'error')] : []),
    ...(number('warning') > 0 ? [plural(number('warning'), 'warning')] : []),
    ...(number('info') > 0 ? [`${number('info')} to know`] : []),
  ].join(', ');
}

const severityWidth = 'warning'.length + 2;

function alertLines(
  { severity, rule, what, evidence, fix }: Alert,
  { width, paint, isBrief }: ScreenStyle,
): string[] {
  const indent = `${margin}${' '.repeat(severityWidth)}`;
  const room = width - indent.length;
  const [first = '', ...others] = isBrief === true ? [truncate(what, room)] : wrap(what, room);
  const head = `${margin}${paint.severity(severity, severity.padEnd(severityWidth))}${first}`;
  if (isBrief === true) return [head];
  return [
    head,
    ...others.map((line) => `${indent}${line}`),
    ...wrap(`${rule}: ${evidence}`, room).map((line) => `${indent}${paint.faint(line)}`),
    ...wrap(`→ ${fix}`, room).map((line) => `${indent}${line}`),
  ];
}
