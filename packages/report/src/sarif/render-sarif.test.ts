import { describe, expect, it } from 'vitest';
import { sampleAnalysis } from '../sample-analysis.test-support.ts';
import { renderSarif } from './render-sarif.ts';
import type { SarifLog } from './sarif-log.ts';

const parsed = (analysis = sampleAnalysis()): SarifLog['runs'][number] => {
  const log: SarifLog = JSON.parse(renderSarif(analysis, { toolVersion: '1.2.3' }));
  expect(log.version).toBe('2.1.0');
  expect(log.runs).toHaveLength(1);
  const [run] = log.runs;
  if (run === undefined) throw new Error('a log has one run');
  return run;
};

describe('SARIF', () => {
  it('has one result per finding, each pointing at its rule', () => {
    const run = parsed();
    expect(run.results).toHaveLength(sampleAnalysis().findings.length);
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(result.message.text).not.toBe('');
    }
  });

  it('lists each rule once', () => {
    const ids = parsed().tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes a rule by its title, not by one of its findings', () => {
    for (const { id, shortDescription } of parsed().tool.driver.rules) {
      const titles = sampleAnalysis().findings.flatMap(({ rule, title }) => (rule === id ? [title] : []));
      expect(titles).toContain(shortDescription.text);
    }
  });

  it('maps severities to the levels of the standard', () => {
    expect(parsed().results.map(({ level }) => level)).toEqual([
      'error',
      'error',
      'error',
      'warning',
      'note',
    ]);
  });

  it('names file and line, and the table as logical location', () => {
    expect(parsed().results[0]?.locations).toEqual([
      {
        physicalLocation: { artifactLocation: { uri: 'shop.sql' }, region: { startLine: 118 } },
        logicalLocations: [{ fullyQualifiedName: 'orders', kind: 'object' }],
      },
    ]);
  });

  it('has no file for a live database or standard input, and no place without a line', () => {
    const analysis = sampleAnalysis();
    const live = parsed({
      ...analysis,
      origin: { ...analysis.origin, kind: 'database', label: 'postgres://db/shop' },
    });
    for (const { locations } of live.results)
      for (const one of locations) expect(one.physicalLocation).toBeUndefined();
    expect(parsed().results.at(-1)?.locations).toEqual([]);
  });

  it('encodes paths as URIs', () => {
    const analysis = sampleAnalysis();
    const run = parsed({ ...analysis, origin: { ...analysis.origin, label: '/data/my dump#1.sql' } });
    expect(run.results[0]?.locations[0]?.physicalLocation?.artifactLocation.uri).toBe(
      'file:///data/my%20dump%231.sql',
    );
  });

  it('names no line of a file whose lines nobody can look at', () => {
    const analysis = sampleAnalysis();
    const run = parsed({ ...analysis, origin: { ...analysis.origin, label: 'shop.sql.gz' } });
    expect(run.results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'shop.sql.gz' },
    });
  });

  it('keeps fingerprints when lines move', () => {
    const analysis = sampleAnalysis();
    const moved = {
      ...analysis,
      findings: analysis.findings.map((one) => ({ ...one, line: one.line + 10 })),
    };
    const prints = (run: SarifLog['runs'][number]): unknown =>
      run.results.map((one) => one.partialFingerprints);
    expect(prints(parsed(moved))).toEqual(prints(parsed()));
  });

  it('reports statements that were not understood as notifications', () => {
    expect(parsed().invocations[0]?.toolExecutionNotifications[0]?.message.text).toContain('syntax error');
  });
});
