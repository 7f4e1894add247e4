import type { ProvenAnalysis } from './proof/proven-analysis.ts';

/** The analysis as JSON, as `schema/analysis-1.0.schema.json` describes it. */
export function renderJson(analysis: ProvenAnalysis): string {
  return `${JSON.stringify(analysis, null, 2)}\n`;
}
