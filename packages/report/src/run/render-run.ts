import { printable } from '../printable.ts';
import { renderRunHtml } from './render-run-html.ts';
import { renderRunMarkdown } from './render-run-markdown.ts';
import type { RunReport, RunReportFormat } from './run-report.ts';

/** A run's report in one of its forms. */
export function renderRun(rawReport: RunReport, format: RunReportFormat): string {
  const report = printable(rawReport);
  switch (format) {
    case 'html':
      return renderRunHtml(report);
    case 'markdown':
      return renderRunMarkdown(report);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    default:
      return format satisfies never;
  }
}
