export { printable } from './printable.ts';
export { formatBytes, formatCount, formatExact, formatShare, plural } from './quantity.ts';
export { type ReportFormat, renderAnalysis, reportFormats } from './render-analysis.ts';
export type { RenderOptions } from './render-options.ts';
export { alignColumns, displayWidth, type TextColumn, truncate, wrap } from './text/columns.ts';
export { createPaint, type Paint } from './text/paint.ts';
