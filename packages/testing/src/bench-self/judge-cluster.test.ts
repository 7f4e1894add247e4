import { expect, test } from 'vitest';
import type { ClusterBenchmark } from './cluster-benchmark.ts';
import { takeFingerprint } from './fingerprint.ts';
import { describeCluster, judgeCluster } from './judge-cluster.ts';

const result: ClusterBenchmark = {
  version: 1,
  fingerprint: takeFingerprint('15.20'),
  workers: 2,
  seconds: {
    cold: [2.4, 9, 2.3],
    cached: [1.6, 1.7, 1.4],
    plain: [0.8, 0.8, 0.8],
    stop: [0.3, 0.3, 0.3],
    copied: [0.2, 0.3, 0.4],
    made: [0.5, 0.5, 0.5],
  },
};

test('promises are judged by the median round', () => {
  expect(judgeCluster(result).map(({ measured, kept }) => [measured, kept])).toEqual([
    ['2.40 s', true],
    ['1.60 s', false],
    ['300 ms', true],
  ]);
});

test('the description compares clusters with plain servers, and names what is broken', () => {
  const text = describeCluster(result, judgeCluster(result));
  expect(text).toContain('cluster, with initdb: 2.40 s (2.30 s to 9.00 s), 3.00 times the plain servers');
  expect(text).toContain('test database, from nothing: 500 ms (500 ms to 500 ms)\n');
  expect(text).toMatch(
    /^BROKEN cluster, from the kept data directory: 1\.60 s \(promised: at most 1\.50 s\)$/m,
  );
});
