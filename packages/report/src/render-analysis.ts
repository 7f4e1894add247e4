import type { Analysis } from '@shardwright/analyzer';
import { renderJson } from './render-json.ts';
import { renderText } from './text/render-text.ts';

/** The forms an analysis can take. */
export const reportFormats = ['text', 'json', 'markdown', 'html', 'sarif'] as const;

/** One of {@link reportFormats}. */
export type ReportFormat = (typeof reportFormats)[number];

/** What a report is told besides the analysis; the same input always gives the same text. */
export interface RenderOptions {
  /** Characters per line of text; 100 unless given. */
  readonly width?: number;
  /** Whether text may use ANSI colours; off unless given. */
  readonly color?: boolean;
  /** Version of the program, for HTML and SARIF. */
  readonly toolVersion?: string;
  /** When the analysis was made, as the report shall print it. */
  readonly madeAt?: string;
}

/** An analysis in one of the forms. Heavy renderers are loaded only when asked for, hence the promise. */
export async function renderAnalysis(
  analysis: Analysis,
  format: ReportFormat,
  options: RenderOptions = {},
): Promise<string> {
  switch (format) {
    case 'text':
      return renderText(analysis, options);
    case 'json':
      return renderJson(analysis);
    case 'markdown':
      return (await import('./render-markdown.ts')).renderMarkdown(analysis);
    case 'sarif':
      return (await import('./sarif/render-sarif.ts')).renderSarif(analysis, options);
    case 'html':
      return (await import('./html/render-html.ts')).renderHtml(analysis, options);
    default:
      return format satisfies never;
  }
}
