import type { AnalyzeBenchmark } from './analyze-benchmark.ts';
import { describeFingerprint } from './fingerprint.ts';
import type { Measurement } from './measured-process.ts';
import { describeVerdicts, median, type Verdict } from './verdict.ts';

/** The promises for `migrate analyze`, each with what was measured. */
export function judgeAnalyze(result: AnalyzeBenchmark): readonly Verdict[] {
  const rate = megabytesPerSecond(result.dump.bytes, result.dump.analyze);
  // On one core: more CPU time than wall time would mean that it took a second one.
  const ratePerCore = result.dump.bytes / 1e6 / median(result.dump.analyze.map((run) => run.cpuSeconds));
  const peak = Math.max(...result.dump.analyze.map((run) => run.peakResidentBytes ?? Number.NaN)) / 1e6;
  const slowest = [...(result.corpus ?? [])].sort((a, b) => b.wallSeconds - a.wallSeconds)[0];
  return [
    {
      what: 'reading a dump with data',
      measured: `${rate.toFixed(0)} MB/s, ${ratePerCore.toFixed(0)} MB per CPU second`,
      promised: 'at least 300 MB/s on one core',
      kept: Math.min(rate, ratePerCore) >= 300,
    },
    {
      what: 'peak resident memory',
      measured: `${peak.toFixed(0)} MB`,
      promised: 'under 300 MB',
      kept: peak < 300,
    },
    {
      what: `${result.synthetic.tables} tables, ${result.synthetic.foreignKeys} foreign keys`,
      measured: `${result.synthetic.wallSeconds.toFixed(2)} s, ${result.synthetic.provenOptimal ? 'proven optimal' : 'not proven optimal'}`,
      promised: 'under 10 s, proven optimal',
      kept: result.synthetic.wallSeconds < 10 && result.synthetic.provenOptimal,
    },
    ...(slowest
      ? [
          {
            what: `slowest real schema (${slowest.file})`,
            measured: `${slowest.wallSeconds.toFixed(2)} s`,
            promised: 'under 2 s',
            kept: slowest.wallSeconds < 2,
          },
        ]
      : []),
  ];
}

/** The result for people. */
export function describeAnalyze(result: AnalyzeBenchmark, verdicts: readonly Verdict[]): string {
  const { dump, fingerprint } = result;
  const seconds = median(dump.analyze.map((run) => run.wallSeconds));
  const contender = (name: string, runs: readonly Measurement[]) => {
    const wall = median(runs.map((run) => run.wallSeconds));
    const cpu = median(runs.map((run) => run.cpuSeconds));
    const ratio =
      name === 'migrate analyze' ? '' : `, migrate analyze takes ${(seconds / wall).toFixed(2)} times that`;
    return `  ${name}: ${wall.toFixed(2)} s, ${megabytesPerSecond(dump.bytes, runs).toFixed(0)} MB/s, ${cpu.toFixed(2)} s CPU${ratio}`;
  };
  return [
    describeFingerprint(fingerprint),
    `${(dump.bytes / 1e6).toFixed(0)} MB dump, ${dump.rows} rows, medians of ${dump.analyze.length} interleaved rounds:`,
    contender('migrate analyze', dump.analyze),
    contender('wc -l', dump.wc),
    dump.psql ? contender('psql load', dump.psql) : '  psql load: not run, no PostgreSQL with psql here',
    ...(result.corpus ? [] : ['real schemas: not run, the corpus is not beside the repository']),
    ...describeVerdicts(verdicts),
    '',
  ].join('\n');
}

function megabytesPerSecond(bytes: number, runs: readonly Measurement[]): number {
  return bytes / 1e6 / median(runs.map((run) => run.wallSeconds));
}
