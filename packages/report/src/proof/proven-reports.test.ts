import { expect, it } from 'vitest';
import { renderPlanReadme } from '../plan/render-plan-readme.ts';
import { renderPlanText } from '../plan/render-plan-text.ts';
import { samplePlanReport } from '../plan/sample-plan.test-support.ts';
import { closed, publishedSchema, schemaProblems } from '../published-schema.test-support.ts';
import { renderAnalysis } from '../render-analysis.ts';
import { sampleAnalysis } from '../sample-analysis.test-support.ts';
import type { ProvenAnalysis } from './proven-analysis.ts';
import { sampleProof, sampleQueryProof } from './sample-proof.test-support.ts';

function proven(): ProvenAnalysis {
  const analysis = sampleAnalysis();
  const [first, ...rest] = analysis.workload?.queries ?? [];
  const asExpected = (query: (typeof rest)[number]) =>
    sampleQueryProof({
      fingerprint: query.fingerprint,
      sql: query.sql,
      predicted: query.class,
      real: query.class,
    });
  const queries = [
    sampleQueryProof({
      fingerprint: first?.fingerprint ?? '',
      predicted: first?.class ?? 'unknown',
      real: 'unsupported',
      outcome: 'refused',
      why: 'expected: one shard; but Citus refuses it',
      message: 'complex joins <are> only supported',
    }),
    ...rest.map(asExpected),
  ];
  return { ...analysis, proof: sampleProof({ holds: false, queries }) };
}

it.each(['text', 'markdown', 'html'] as const)(
  'an analysis as %s carries what it was proven on',
  async (format) => {
    const without = await renderAnalysis(sampleAnalysis(), format);
    expect(without).not.toMatch(/proven on Citus/i);
    const text = await renderAnalysis({ ...sampleAnalysis(), proof: sampleProof() }, format);
    expect(text).toContain('Proven on Citus 13.2.2 / PostgreSQL 15.20');
    expect(await renderAnalysis(proven(), format)).toContain('Not proven on Citus 13.2.2 / PostgreSQL 15.20');
  },
);

it('an analysis as JSON with its proof is what the published schema describes', async () => {
  const text = await renderAnalysis(proven(), 'json');
  expect(schemaProblems(closed(publishedSchema('analysis-1.0')), text)).toEqual([]);
  expect(JSON.parse(text).proof.queries[0].real).toBe('unsupported');
});

it('a query that Citus runs otherwise shows both classes and the reason, safely', async () => {
  const [text, markdown, page] = await Promise.all(
    (['text', 'markdown', 'html'] as const).map((format) => renderAnalysis(proven(), format)),
  );
  expect(text).toContain('→ unsupported: SELECT');
  expect(markdown).toContain('| **unsupported** |');
  expect(markdown).toContain('complex joins &lt;are');
  expect(page).toMatch(
    /<span class="reach refused">unsupported<\/span><span class="under unexpected">expected: /,
  );
  expect(page).toContain('complex joins &lt;are&gt; only supported');
});

it("a plan's README and summary tell that it was proven, and do not ask for it again", () => {
  const report = { ...samplePlanReport(), proof: sampleProof({ queries: [sampleQueryProof()] }) };
  expect(renderPlanReadme(report)).toContain('## Proven on Citus 13.2.2 / PostgreSQL 15.20');
  expect(renderPlanReadme(samplePlanReport())).not.toContain('## Proven on');
  expect(renderPlanText(samplePlanReport(), { directory: 'plan' })).toContain('migrate prove plan');
  expect(renderPlanText(report, { directory: 'plan' })).not.toContain('migrate prove');
});
