import { describe, expect, it } from 'vitest';
import { closed, publishedSchema, schemaProblems } from './published-schema.test-support.ts';
import { renderJson } from './render-json.ts';
import { generatedAnalysis, sampleAnalysis } from './sample-analysis.test-support.ts';

const published = publishedSchema('analysis-1.0');

describe('JSON', () => {
  it('holds the analysis unchanged', () => {
    const analysis = sampleAnalysis();
    expect(JSON.parse(renderJson(analysis))).toEqual(analysis);
  });

  it('is what the published schema describes, down to the last member', () => {
    const schema = closed(published);
    expect(schemaProblems(schema, renderJson(sampleAnalysis()))).toEqual([]);
    const { workload: _workload, ...generated } = generatedAnalysis(60);
    const coverage = { ...generated.coverage, noWorkload: 'No workload was given.' };
    expect(schemaProblems(schema, renderJson({ ...generated, coverage }))).toEqual([]);
  });

  it('is refused by the schema when a decision lacks its column', () => {
    const broken = renderJson(sampleAnalysis()).replaceAll('"column"', '"colum"');
    expect(schemaProblems(published, broken)).not.toEqual([]);
  });

  it('lets readers of today meet members of tomorrow', () => {
    const later = JSON.stringify({ ...sampleAnalysis(), confidence: 1 });
    expect(schemaProblems(published, later)).toEqual([]);
  });
});
