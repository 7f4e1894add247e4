import { expect, test } from 'vitest';
import type { AnalyzeBenchmark } from './analyze-benchmark.ts';
import { describeAnalyze, judgeAnalyze } from './judge-analyze.ts';

const run = (wallSeconds: number, cpuSeconds = wallSeconds) => ({
  wallSeconds,
  cpuSeconds,
  peakResidentBytes: 200e6,
});

const result: AnalyzeBenchmark = {
  version: 1,
  seed: 1,
  fingerprint: {
    cpu: 'a processor',
    cores: 2,
    memoryBytes: 8e9,
    kernel: '6.1',
    node: '20.19.0',
    postgres: '15.20',
    loadAverage: 0,
  },
  dump: { bytes: 1e9, rows: 10, analyze: [run(3), run(2), run(9)], wc: [run(0.5)], psql: [run(30)] },
  synthetic: { tables: 5_000, foreignKeys: 10_000, provenOptimal: true, ...run(4) },
  corpus: [
    { file: 'dumps/a.sql', bytes: 1, tables: 1, ...run(1) },
    { file: 'dumps/b.sql', bytes: 1, tables: 1, ...run(2.5) },
  ],
};

test('promises are judged by the median round and the slowest schema', () => {
  expect(judgeAnalyze(result).map(({ measured, kept }) => [measured, kept])).toEqual([
    ['333 MB/s, 333 MB per CPU second', true],
    ['200 MB', true],
    ['4.00 s, proven optimal', true],
    ['2.50 s', false],
  ]);
});

test('a rate that took two cores does not keep the promise for one', () => {
  const twoCores = { ...result, dump: { ...result.dump, analyze: [run(3, 6)] } };
  expect(judgeAnalyze(twoCores)[0]).toMatchObject({
    measured: '333 MB/s, 167 MB per CPU second',
    kept: false,
  });
});

test('the description compares with the contenders and names what did not run', () => {
  const text = describeAnalyze(result, judgeAnalyze(result));
  expect(text).toContain('wc -l: 0.50 s, 2000 MB/s, 0.50 s CPU, migrate analyze takes 6.00 times that');
  expect(text).toContain('BROKEN slowest real schema (dumps/b.sql)');
  const bare = { ...result, dump: { ...result.dump, psql: undefined }, corpus: undefined };
  expect(describeAnalyze(bare, [])).toMatch(/psql load: not run[\s\S]*real schemas: not run/);
});
