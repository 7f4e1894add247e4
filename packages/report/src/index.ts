export { printable } from './printable.ts';
export { type ReportFormat, renderAnalysis, reportFormats } from './render-analysis.ts';
export type { RenderOptions } from './render-options.ts';
