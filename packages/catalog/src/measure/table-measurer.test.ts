import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TableStatistics } from '../model/statistics.ts';
import type { Column } from '../model/table.ts';
import { windowAt } from './kernel-layout.ts';
import { TableMeasurer } from './table-measurer.ts';

const column = (name: string, type: string): Column => ({
  name,
  type: { schema: 'pg_catalog', name: type, modifiers: [], arrayDimensions: 0, sql: type },
  notNull: false,
});

const table = { schema: 'public', name: 't' };
const tabs = { delimiter: 9, nullText: '\\N', stripsCarriageReturn: false };

/** Measures COPY text that arrives in pieces of a size. */
function measure(
  text: string,
  columns: readonly Column[],
  options: { readonly pieceBytes?: number; readonly sampleRows?: number } = {},
): TableStatistics {
  const measurer = new TableMeasurer({
    ...(options.sampleRows === undefined ? {} : { sampleRows: options.sampleRows }),
    decode: (bytes, start, end) => bytes.toString('utf8', start, end),
  });
  const { bytes } = measurer.kernel;
  const input = Buffer.from(`${text}\\.\n`);
  measurer.begin(table, columns);
  measurer.expect(tabs, columns.length);
  let [read, end] = [0, windowAt];
  for (;;) {
    const copied = input.copy(bytes, end, read, read + (options.pieceBytes ?? 1 << 18));
    [read, end] = [read + copied, end + copied];
    const { position, state } = measurer.copyText(windowAt, end);
    measurer.flush();
    if (state === 'end-of-data') break;
    expect(state).toBe('need-more');
    bytes.copyWithin(windowAt, position, end);
    end -= position - windowAt;
  }
  const [result] = [...measurer.finish()];
  if (result === undefined) throw new Error('nothing was measured');
  return result.statistics;
}

/** The same numbers, counted the plain way. */
function reference(rows: readonly (readonly (string | null)[])[], index: number): unknown {
  const counts = new Map<string, number>();
  let [nulls, width] = [0, 0];
  for (const row of rows) {
    const value = row[index] ?? null;
    if (value === null) nulls++;
    else {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      width += Buffer.byteLength(value);
    }
  }
  return { counts: Object.fromEntries([...counts].sort()), nulls, width };
}

const escapeField = (value: string | null): string =>
  value === null
    ? '\\N'
    : value.replace(/[\\\t\n\r\b\f\v]/g, (character) => {
        const letters: Record<string, string> = {
          '\\': '\\',
          '\t': 't',
          '\n': 'n',
          '\r': 'r',
          '\b': 'b',
          '\f': 'f',
          '\v': 'v',
        };
        return `\\${letters[character]}`;
      });

const field = fc.option(
  fc.oneof(
    fc.string({ maxLength: 24 }).map((text) => text.replaceAll('\0', '')),
    fc.constantFrom(
      '',
      '\\N',
      '\\.',
      '\\',
      '\\\\',
      '\t',
      '\n',
      'a\\',
      '12345678',
      '123456789',
      'é',
      'x'.repeat(40),
    ),
    fc.integer().map(String),
  ),
  { nil: null },
);

test('every row, byte, NULL and value is counted, wherever the pieces end', () => {
  const columns = [
    column('a_id', 'int4'),
    column('b', 'text'),
    column('payload', 'jsonb'),
    column('code', 'text'),
  ];
  const rows = fc.array(fc.tuple(field, field, field, field), { maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 200 }), (data, pieceBytes) => {
      const text = data.map((row) => `${row.map(escapeField).join('\t')}\n`).join('');
      const statistics = measure(text, columns, { pieceBytes });
      expect(statistics).toMatchObject({
        rows: data.length,
        bytes: Buffer.byteLength(text),
        sampledRows: data.length,
      });
      expect(Object.keys(statistics.columns)).toEqual(['a_id', 'b', 'code']);
      for (const [name, index] of [
        ['a_id', 0],
        ['b', 1],
        ['code', 3],
      ] as const) {
        const found = statistics.columns[name];
        const present = data.length * (1 - (found?.nullShare ?? 0));
        const entries = (found?.values?.entries ?? []).map(({ value, rows: held }) => [value, held] as const);
        expect({
          counts: Object.fromEntries([...entries].sort()),
          nulls: Math.round(data.length - present),
          width: Math.round((found?.averageWidthBytes ?? 0) * present),
        }).toEqual(reference(data, index));
        expect(found?.distinct).toBe(entries.length);
      }
    }),
    { numRuns: 100 },
  );
});

test('a backslash before a line break keeps the row going, as old dumps have it', () => {
  const statistics = measure('1\ta\\\nb\n2\tc\n', [column('id', 'int4'), column('name', 'text')]);
  expect(statistics.rows).toBe(2);
  expect(statistics.columns.name?.values?.entries.map(({ value }) => value).sort()).toEqual(['a\nb', 'c']);
});

describe('with many distinct values', () => {
  const rows = 200_000;

  test('their number is off by at most four standard errors, whatever the number', () => {
    for (const distinct of [1_025, 5_000, 50_000, 200_000]) {
      const lines: string[] = [];
      for (let row = 0; row < rows; row++) lines.push(`${(row * 7919) % distinct}\n`);
      const { columns } = measure(lines.join(''), [column('id', 'int8')]);
      expect(Math.abs((columns.id?.distinct ?? 0) / distinct - 1)).toBeLessThan(4 * 0.0081);
    }
  });

  test('the sample of values is uniform over them and exact for each', () => {
    const distinct = 20_000;
    const lines: string[] = [];
    for (let row = 0; row < rows; row++) lines.push(`${row % distinct}\n`);
    const { columns } = measure(lines.join(''), [column('id', 'int8')]);
    const entries = columns.id?.values?.entries ?? [];
    expect(columns.id?.values?.complete).toBe(false);
    expect(entries.length).toBeGreaterThanOrEqual(512);
    expect(entries.every(({ rows: held }) => held === rows / distinct)).toBe(true);
    const mean = entries.reduce((sum, { value }) => sum + Number(value), 0) / entries.length;
    expect(Math.abs(mean / (distinct / 2) - 1)).toBeLessThan(0.15);
  });

  test('heavy hitters are found with shares inside the stated error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (shares, seed) => {
          let state = seed;
          const random = (): number => {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
            return state / 2 ** 32;
          };
          const truth = shares.map(() => 0);
          const lines: string[] = [];
          const total = 60_000;
          for (let row = 0; row < total; row++) {
            let dice = random();
            const heavy = shares.findIndex((share) => {
              dice -= share;
              return dice < 0;
            });
            if (heavy >= 0) truth[heavy] = (truth[heavy] ?? 0) + 1;
            lines.push(heavy >= 0 ? `heavy-${heavy}\n` : `${row}\n`);
          }
          const statistics = measure(lines.join(''), [column('code', 'text')]).columns.code;
          const error = statistics?.heavyHitterError ?? 0;
          expect(error).toBeLessThan(0.005);
          for (const [index, count] of truth.entries()) {
            const found = statistics?.heavyHitters.find(({ value }) => value === `heavy-${index}`);
            expect(Math.abs((found?.share ?? 0) - count / total)).toBeLessThanOrEqual(error + 1e-9);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('a sample', () => {
  const columns = [column('id', 'int8'), column('kind', 'int4')];
  const lines = Array.from({ length: 100_000 }, (_, row) => `${row}\t${row < 50_000 ? 1 : 2}\n`).join('');

  test('is bounded, reaches through the table, and leaves rows and bytes exact', () => {
    const statistics = measure(lines, columns, { sampleRows: 1_000 });
    expect(statistics).toMatchObject({ rows: 100_000, rowsProvenance: 'exact', bytes: lines.length });
    expect(statistics.sampledRows).toBeLessThanOrEqual(1_000);
    expect(statistics.columns.kind).toMatchObject({ provenance: 'sampled', distinct: 2 });
    for (const { share } of statistics.columns.kind?.heavyHitters ?? []) expect(share).toBeCloseTo(0.5, 1);
    expect((statistics.columns.id?.distinct ?? 0) / 100_000).toBeCloseTo(1, 1);
  });

  test('larger than the table measures all of it', () => {
    const statistics = measure(lines, columns, { sampleRows: 10_000_000 });
    expect(statistics.sampledRows).toBe(100_000);
    expect(statistics.columns.id?.provenance).toBe('exact');
  });
});

test('tables whose rows come in turns are each measured whole, in bounded memory', () => {
  const measurer = new TableMeasurer({ decode: (bytes, start, end) => bytes.toString('utf8', start, end) });
  const { bytes } = measurer.kernel;
  const columns = Array.from({ length: 16 }, (_, index) => column(`c${index}_id`, 'int4'));
  const [tables, rounds, rowsPerRound] = [40, 4, 400];
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < tables; index++) {
      measurer.begin({ schema: 'public', name: `t${index}` }, columns);
      measurer.expect(tabs, columns.length);
      const rows = Array.from({ length: rowsPerRound }, (_, row) => {
        return `${columns.map((_column, at) => (round * rowsPerRound + row) % (at + 1 === 16 ? 2_000 : at + 1)).join('\t')}\n`;
      });
      const length = bytes.write(rows.join(''), windowAt);
      measurer.copyText(windowAt, windowAt + length);
    }
  }
  const results = [...measurer.finish()];
  expect(results.length).toBe(tables);
  for (const { statistics } of results) {
    expect(statistics.rows).toBe(rounds * rowsPerRound);
    expect(statistics.columns.c4_id).toMatchObject({ distinct: 5, provenance: 'exact' });
    const last = statistics.columns.c15_id;
    expect(Math.abs((last?.distinct ?? 0) / 1_600 - 1)).toBeLessThan(0.04);
    expect(last?.values?.entries.every(({ rows }) => rows === 1)).toBe(true);
  }
});
