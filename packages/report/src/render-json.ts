import type { Analysis } from '@shardwright/analyzer';

/** The analysis as JSON, as `schema/analysis-1.0.schema.json` describes it. */
export function renderJson(analysis: Analysis): string {
  return `${JSON.stringify(analysis, null, 2)}\n`;
}
