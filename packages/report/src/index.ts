export { type RenderOptions, type ReportFormat, renderAnalysis, reportFormats } from './render-analysis.ts';
