import type { ProvenAnalysis } from './proof/proven-analysis.ts';
import { renderJson } from './render-json.ts';
import type { RenderOptions } from './render-options.ts';
import { renderText } from './text/render-text.ts';

/** The forms an analysis can take. */
export const reportFormats = ['text', 'json', 'markdown', 'html', 'sarif'] as const;

/** One of {@link reportFormats}. */
export type ReportFormat = (typeof reportFormats)[number];

/** An analysis in one of the forms. Heavy renderers are loaded only when asked for, hence the promise. */
export async function renderAnalysis(
  analysis: ProvenAnalysis,
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
