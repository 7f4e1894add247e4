import { expect, it } from 'vitest';
import { renderAnalysis } from './render-analysis.ts';
import { sampleAnalysis } from './sample-analysis.test-support.ts';

it.each(['text', 'json', 'markdown', 'sarif'] as const)(
  'lets no name steer a terminal that prints %s',
  async (format) => {
    const analysis = sampleAnalysis();
    const tables = analysis.tables.map((table) => ({ ...table, name: `\u001b]0;x\u0007${table.name}` }));
    const text = await renderAnalysis({ ...analysis, tables }, format);
    for (const raw of ['\u001b', '\u0007']) expect(text).not.toContain(raw);
  },
);
