export type { PlanReport } from './plan/plan-report.ts';
export { renderPlanReadme } from './plan/render-plan-readme.ts';
export { type PlanTextOptions, renderPlanText } from './plan/render-plan-text.ts';
export { renderTableAnalysis } from './plan/render-table-analysis.ts';
export { printable } from './printable.ts';
export { type ReportFormat, renderAnalysis, reportFormats } from './render-analysis.ts';
export type { RenderOptions } from './render-options.ts';
export { alignColumns, displayWidth, type TextColumn, truncate, wrap } from './text/columns.ts';
export { createPaint, type Paint } from './text/paint.ts';
