import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson } from './render-json.ts';
import { generatedAnalysis, sampleAnalysis } from './sample-analysis.test-support.ts';

const published: AnySchemaObject = JSON.parse(
  readFileSync(new URL('../schema/analysis-1.0.schema.json', import.meta.url), 'utf8'),
);

/** The published schema lets readers meet unknown members; here every member must be described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isObject = 'properties' in schema && 'type' in schema && schema.type === 'object';
  return Object.fromEntries([
    ...entries,
    ...(isObject || 'oneOf' in schema ? [['unevaluatedProperties', false] as const] : []),
  ]);
}

function problems(schema: AnySchemaObject, text: string): unknown {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

describe('JSON', () => {
  it('holds the analysis unchanged', () => {
    const analysis = sampleAnalysis();
    expect(JSON.parse(renderJson(analysis))).toEqual(analysis);
  });

  it('is what the published schema describes, down to the last member', () => {
    const schema = closed(published) as AnySchemaObject;
    expect(problems(schema, renderJson(sampleAnalysis()))).toEqual([]);
    const { workload: _workload, ...generated } = generatedAnalysis(60);
    const coverage = { ...generated.coverage, noWorkload: 'No workload was given.' };
    expect(problems(schema, renderJson({ ...generated, coverage }))).toEqual([]);
  });

  it('is refused by the schema when a decision lacks its column', () => {
    const broken = renderJson(sampleAnalysis()).replaceAll('"column"', '"colum"');
    expect(problems(published, broken)).not.toEqual([]);
  });

  it('lets readers of today meet members of tomorrow', () => {
    const later = JSON.stringify({ ...sampleAnalysis(), confidence: 1 });
    expect(problems(published, later)).toEqual([]);
  });
});
