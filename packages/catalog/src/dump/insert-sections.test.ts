import { loadParser } from '@shardwright/sql';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { readMade } from './made-dump.test-support.ts';

beforeAll(loadParser);

/** A value as a statement writes it and as the column holds it; undefined where nobody can tell. */
interface Written {
  readonly sql: string;
  readonly value: string | null | undefined;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const text = fc
  .oneof(
    fc.string({ maxLength: 40 }).map((value) => value.replaceAll('\0', '')),
    fc.constantFrom('', "'", "''", "a'", "it''s", 'a, b', '); (', 'x\ny', '\\', '--', 'x'.repeat(40), 'é'),
  )
  .chain((value) =>
    fc.constantFrom<Written>(
      { sql: quoted(value), value },
      { sql: quoted(value), value },
      { sql: quoted(value), value },
      { sql: `${quoted(value)}::text`, value },
      { sql: `upper(${quoted(value)})`, value: undefined },
      { sql: `E${quoted(value.replaceAll('\\', '\\\\'))}`, value },
    ),
  );
const word = fc.constantFrom<Written>(
  { sql: 'NULL', value: null },
  { sql: 'null', value: null },
  { sql: 'true', value: 'true' },
  { sql: 'FALSE', value: 'FALSE' },
  { sql: '-1.5e-05', value: '-1.5e-05' },
  { sql: '1e+20', value: '1e+20' },
  { sql: '12345678901234567890', value: '12345678901234567890' },
  { sql: '1 + 1', value: undefined },
  { sql: 'now()', value: undefined },
  { sql: 'DEFAULT', value: undefined },
);
const number = fc.integer().map((value): Written => ({ sql: String(value), value: String(value) }));
const written = fc.oneof(number, number, text, word);
const row = fc.record({
  fields: fc.tuple(written, written, written),
  between: fc.constantFrom(', ', ', ', ',', ' ,\n', ', /* ) */ '),
  after: fc.constantFrom(
    ';\n',
    ';\n',
    ';\n',
    ' ;',
    ';\n\n-- more\n',
    ' ON CONFLICT DO NOTHING;\n',
    'row',
    'row',
    'row',
  ),
  beginning: fc.constantFrom(
    'INSERT INTO public.t VALUES ',
    'INSERT INTO public.t VALUES ',
    'INSERT INTO t (a, payload, b) VALUES\n\t',
    'insert into nowhere values',
  ),
});

test('rows, values and lines are the same in every way to write INSERTs, wherever the pieces end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 400 }),
      async (rows, pieceBytes) => {
        let sql = 'CREATE TABLE public.t (a text, payload text, b text);\n';
        let statements = 2;
        let target = '';
        const counted = [new Map<string, number>(), new Map<string, number>()] as const;
        const isScaled = [false, false];
        let rowsOfTable = 0;
        for (const [index, { fields, between, after, beginning }] of rows.entries()) {
          if (!sql.endsWith(' ,')) {
            sql += beginning;
            target = beginning;
            statements++;
          }
          sql += `(${fields.map((field) => field.sql).join(between)})`;
          // A statement's rows go on, or it ends.
          sql += after !== 'row' ? after : index + 1 < rows.length ? ' ,' : ';';
          if (target.includes('nowhere')) continue;
          rowsOfTable++;
          for (const [slot, at] of [0, 2].entries()) {
            const value = fields[at]?.value;
            // What is known stands for what is not.
            if (value === undefined) isScaled[slot] = true;
            if (typeof value !== 'string') continue;
            counted[slot]?.set(value, (counted[slot]?.get(value) ?? 0) + 1);
          }
        }
        const line = sql.split('\n').length;
        const catalog = await readMade([`${sql}CREATE TABLE u ();`], { pieceBytes });
        expect(catalog.origin.statements).toBe(statements);
        expect(catalog.tables.at(-1)?.definition.line).toBe(line);
        const statistics = catalog.tables[0]?.statistics;
        expect(statistics?.rows ?? 0).toBe(rowsOfTable);
        for (const [slot, name] of ['a', 'b'].entries()) {
          const entries = statistics?.columns[name]?.values?.entries ?? [];
          const facts = (value: string, held: number) => (isScaled[slot] ? value : `${held} × ${value}`);
          const found = entries.map(({ value, rows: held }) => facts(value, held));
          const expected = [...(counted[slot] ?? [])].map(([value, held]) => facts(value, held));
          expect(found.sort()).toEqual(expected.sort());
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('a sample of INSERTs counts every row and byte, and measures some', async () => {
  const lines = Array.from(
    { length: 50_000 },
    (_, id) => `INSERT INTO t VALUES (${id}, ${id % 10}, 'it''s');\n`,
  );
  const dump = ['CREATE TABLE t (id int, kind int, name text);\n', ...lines];
  const [all, some] = [await readMade(dump), await readMade(dump, { sampleRows: 1000 })];
  const [whole, sample] = [all.tables[0]?.statistics, some.tables[0]?.statistics];
  expect(whole?.rows).toBe(50_000);
  expect(whole?.sampledRows).toBe(50_000);
  expect(sample).toMatchObject({ rows: whole?.rows, bytes: whole?.bytes });
  expect(sample?.sampledRows).toBeLessThan(10_000);
  expect(sample?.columns.kind?.distinct).toBe(10);
  expect(sample?.columns.name?.values?.entries[0]?.value).toBe("it's");
  expect([all.origin.statements, some.origin.statements]).toEqual([50_001, 50_001]);
});
