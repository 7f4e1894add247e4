import { type ClusterBenchmark, type Contender, contenders } from './cluster-benchmark.ts';
import { describeFingerprint } from './fingerprint.ts';
import { describeVerdicts, median, type Verdict } from './verdict.ts';

const contenderTitles: Readonly<Record<Contender, string>> = {
  cold: 'cluster, with initdb',
  cached: 'cluster, from the kept data directory',
  plain: 'three plain servers, from the kept data directory',
  stop: 'stopping the cluster, its files removed',
  copied: 'test database, from a template',
  made: 'test database, from nothing',
};

/** The promises for `cluster`, each with what was measured. */
export function judgeCluster({ seconds }: ClusterBenchmark): readonly Verdict[] {
  const promise = (contender: Contender, limitSeconds: number): Verdict => ({
    what: contenderTitles[contender],
    measured: formatSeconds(median(seconds[contender])),
    promised: `at most ${formatSeconds(limitSeconds)}`,
    kept: median(seconds[contender]) <= limitSeconds,
  });
  return [promise('cold', 2.5), promise('cached', 1.5), promise('copied', 0.3)];
}

/** The result for people. */
export function describeCluster(result: ClusterBenchmark, verdicts: readonly Verdict[]): string {
  const { seconds, fingerprint } = result;
  const plain = median(seconds.plain);
  const line = (contender: Contender): string => {
    const values = seconds[contender];
    const ratio =
      contender === 'cold' || contender === 'cached'
        ? `, ${(median(values) / plain).toFixed(2)} times the plain servers`
        : '';
    const range = `${formatSeconds(Math.min(...values))} to ${formatSeconds(Math.max(...values))}`;
    return `  ${contenderTitles[contender]}: ${formatSeconds(median(values))} (${range})${ratio}`;
  };
  return [
    describeFingerprint(fingerprint),
    `coordinator and ${result.workers} workers, every node seen to reach every other; medians of ${seconds.cold.length} interleaved rounds:`,
    ...contenders.map(line),
    ...describeVerdicts(verdicts),
    '',
  ].join('\n');
}

function formatSeconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}
