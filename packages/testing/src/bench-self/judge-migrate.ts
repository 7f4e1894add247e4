import { formatBytes } from '@shardwright/core';
import { describeFingerprint } from './fingerprint.ts';
import {
  type BenchmarkTable,
  benchmarkTables,
  type MigrateBenchmark,
  type MigrateContender,
  type MigrateMeasurement,
  migrateContenders,
} from './migrate-benchmark.ts';
import { describeVerdicts, median, type Verdict } from './verdict.ts';

type Measured = MigrateContender | 'verify';

/** Contenders in words. */
export const contenderTitles: Readonly<Record<Measured, string>> = {
  floor: 'psql COPY binary, into one plain table',
  text: 'psql COPY text | COPY text',
  binary: 'psql COPY binary | COPY binary',
  dump: 'pg_dump | psql',
  pgcopydb: 'pgcopydb copy table-data',
  coordinator: 'migrate run --load coordinator',
  direct: 'migrate run, its default: direct',
  verify: 'migrate verify, of what direct brought',
};
const memoryLimit = 250 * 1024 * 1024;

/** The promises for `migrate run`, each with what was measured, for each table. */
export function judgeMigrate(result: MigrateBenchmark): readonly Verdict[] {
  return benchmarkTables.flatMap((table) => {
    const seconds = (name: Measured): number => medianSeconds(result, table, name);
    const verdicts: Verdict[] = [];
    if (result.pgcopydb !== undefined) {
      const times = seconds('pgcopydb') / seconds('direct');
      verdicts.push({
        what: `${table}: throughput of the default, direct, against pgcopydb`,
        measured: `${times.toFixed(2)} times`,
        promised: 'at least 1.80 times',
        kept: times >= 1.8,
      });
    }
    const floors = seconds('direct') / seconds('floor');
    verdicts.push({
      what: `${table}: time of direct against the same rows into one plain table`,
      measured: `${floors.toFixed(2)} times`,
      promised: 'at most 1.40 times',
      kept: floors <= 1.4,
    });
    const checks = seconds('binary') / seconds('verify');
    verdicts.push({
      what: `${table}: speed of migrate verify against COPY binary | COPY binary`,
      measured: `${checks.toFixed(2)} times`,
      promised: 'at least 1.00 times',
      kept: checks >= 1,
    });
    const peak = Math.max(
      ...result.tables[table].flatMap(({ direct, coordinator, verify }) =>
        [direct, coordinator, verify].map((one) => one?.peakResidentBytes ?? 0),
      ),
    );
    verdicts.push({
      what: `${table}: peak resident memory of migrate run and migrate verify`,
      measured: formatBytes(peak),
      promised: 'under 250 MiB',
      kept: peak < memoryLimit,
    });
    return verdicts;
  });
}

/** The result for people. */
export function describeMigrate(result: MigrateBenchmark, verdicts: readonly Verdict[]): string {
  const rounds = result.tables.narrow.length;
  return [
    describeFingerprint(result.fingerprint),
    `${result.rows} rows, coordinator and ${result.workers} workers, ${result.shards} shards; medians of ${rounds} interleaved rounds${result.pgcopydb === undefined ? '; pgcopydb is not installed' : `; ${result.pgcopydb}`}:`,
    ...benchmarkTables.flatMap((table) => [
      `${table}:`,
      ...[...migrateContenders, 'verify' as const].flatMap((name) =>
        measurements(result, table, name).length > 0 ? [line(result, table, name)] : [],
      ),
    ]),
    ...describeVerdicts(verdicts),
    '',
  ].join('\n');
}

function line(result: MigrateBenchmark, table: BenchmarkTable, name: Measured): string {
  const of = (take: (one: MigrateMeasurement) => number): number => medianOf(result, table, name, take);
  const seconds = medianSeconds(result, table, name);
  const times = seconds / medianSeconds(result, table, 'floor');
  const isOurs = name === 'direct' || name === 'coordinator' || name === 'verify';
  const own = isOurs
    ? `, ${of(({ wallSeconds }) => wallSeconds).toFixed(2)} s with all that is done besides, ${((of(({ cpuSeconds }) => cpuSeconds) / result.rows) * 1e6).toFixed(2)} µs of its own CPU a row`
    : '';
  return `  ${contenderTitles[name]}: ${seconds.toFixed(2)} s, ${Math.round(result.rows / seconds / 1000)} thousand rows/s, ${times.toFixed(2)} times the floor${own}`;
}

function measurements(
  { tables }: MigrateBenchmark,
  table: BenchmarkTable,
  name: Measured,
): readonly MigrateMeasurement[] {
  return tables[table].flatMap((round) => round[name] ?? []);
}

/** What the rows alone took, in the middle of the rounds. */
export function medianSeconds(result: MigrateBenchmark, table: BenchmarkTable, name: Measured): number {
  return medianOf(result, table, name, (one) => one.rowSeconds);
}

function medianOf(
  result: MigrateBenchmark,
  table: BenchmarkTable,
  name: Measured,
  take: (one: MigrateMeasurement) => number,
): number {
  return median(measurements(result, table, name).map(take));
}
