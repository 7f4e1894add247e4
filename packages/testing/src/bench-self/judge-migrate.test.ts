import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawMigrate } from './draw-migrate.ts';
import { describeMigrate, judgeMigrate } from './judge-migrate.ts';
import type { MigrateBenchmark, MigrateMeasurement } from './migrate-benchmark.ts';

const took = (rowSeconds: number, peakResidentBytes?: number): MigrateMeasurement => ({
  wallSeconds: rowSeconds + 2,
  rowSeconds,
  cpuSeconds: 1,
  ...(peakResidentBytes === undefined ? {} : { peakResidentBytes }),
});

const round = {
  floor: took(3),
  text: took(8),
  binary: took(6),
  dump: took(9),
  pgcopydb: took(7),
  coordinator: took(6, 100e6),
  direct: took(3.5, 150e6),
  verify: took(4, 120e6),
};

const result: MigrateBenchmark = {
  version: 1,
  fingerprint: {
    cpu: 'a processor',
    cores: 2,
    memoryBytes: 8e9,
    kernel: '6',
    node: '20',
    postgres: '15',
    loadAverage: 0,
  },
  rows: 4_000_000,
  workers: 2,
  shards: 32,
  pgcopydb: 'pgcopydb version 1',
  tables: { narrow: [round, round, { ...round, direct: took(30, 150e6) }], wide: [round] },
};

test('the median of the rounds is held against each promise, for each table', () => {
  expect(judgeMigrate(result).map(({ measured, kept }) => [measured, kept])).toEqual([
    ['2.00 times', true],
    ['1.17 times', true],
    ['1.50 times', true],
    ['150 MB', true],
    ['2.00 times', true],
    ['1.17 times', true],
    ['1.50 times', true],
    ['150 MB', true],
  ]);
});

test('a promise is broken by one table alone, and by the highest memory of any round', () => {
  const slow = {
    ...result,
    tables: { ...result.tables, wide: [{ ...round, direct: took(5, 100e6), verify: took(6.1, 300e6) }] },
  };
  expect(judgeMigrate(slow).map(({ kept }) => kept)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('without pgcopydb nothing is said of it, in words or in the picture', () => {
  const { pgcopydb: _, ...measured } = round;
  const { pgcopydb: __, ...rest } = result;
  const without: MigrateBenchmark = { ...rest, tables: { narrow: [measured], wide: [measured] } };
  const verdicts = judgeMigrate(without);
  expect(verdicts).toHaveLength(6);
  expect(describeMigrate(without, verdicts)).toContain('pgcopydb is not installed');
  expect(drawMigrate(without)).not.toContain('pgcopydb');
});

test('bars are as long as rows per second are many', () => {
  const lengths = [...drawMigrate(result).matchAll(/<rect class="([^"]*)"[^>]* width="(\d+)"/g)].map(
    ([, kind, length]) => [kind, Number(length)],
  );
  expect(lengths).toHaveLength(14);
  const [floor = ['', 0], text = ['', 0]] = lengths;
  expect(Number(floor[1]) / Number(text[1])).toBeCloseTo(8 / 3, 1);
  expect(lengths.filter(([kind]) => kind === 'bar ours')).toHaveLength(4);
});

test('the picture in the README is that of the committed result', () => {
  const read = (path: string): string =>
    readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
  const committed = JSON.parse(read('reports/baselines/bench-self-migrate.json')) as MigrateBenchmark;
  expect(read('docs/images/migrate-speed.svg')).toBe(drawMigrate(committed));
});
