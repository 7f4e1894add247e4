import { loadParser } from '@shardwright/sql';
import { beforeAll, expect, it } from 'vitest';
import { classifyUnder } from './classify.ts';
import { type OracleRecord, oracleLayout, oracleNames, readOracle } from './oracle.test-support.ts';
import { prepareWithNames } from './prepare-query.ts';

// Just under what is reached. Held-out files of the same source judge the rules; nothing here is fitted to a record.
const floors: Readonly<Record<string, number>> = {
  'citus-regress-a.jsonl': 0.99,
  'job.jsonl': 1,
  'ch.jsonl': 1,
};

beforeAll(loadParser);

/** Agreement by distinct shape: many records differ in constants only. */
class Agreement {
  readonly #shapes = new Map<string, { agreed: number; total: number; file: string }>();
  readonly #confusion = new Map<string, number>();

  add(record: OracleRecord, found: string): void {
    const key = `${record.file} ${record.shape} ${record.label}`;
    const shape = this.#shapes.get(key) ?? { agreed: 0, total: 0, file: record.file };
    this.#shapes.set(key, shape);
    shape.total += 1;
    if (found === record.label) shape.agreed += 1;
    const cell = `${record.label} → ${found}`;
    this.#confusion.set(cell, (this.#confusion.get(cell) ?? 0) + 1);
  }

  share(file?: string): number {
    const shapes = [...this.#shapes.values()].filter((shape) => file === undefined || shape.file === file);
    return shapes.reduce((sum, shape) => sum + shape.agreed / shape.total, 0) / shapes.length;
  }

  report(): string {
    const files = [...new Set([...this.#shapes.values()].map((shape) => shape.file))];
    const rows = files.map((file) => `${(100 * this.share(file)).toFixed(1).padStart(6)} %  ${file}`);
    const cells = [...this.#confusion].sort((left, right) => right[1] - left[1]);
    const matrix = cells.map(([cell, count]) => `${String(count).padStart(6)}  ${cell}`);
    return [`${(100 * this.share()).toFixed(2)} % of ${this.#shapes.size} shapes`, ...rows, ...matrix].join(
      '\n',
    );
  }
}

for (const [file, floor] of Object.entries(floors)) {
  it(`agrees with Citus on ${file} for ${100 * floor} % of the shapes or more`, {
    timeout: 120_000,
  }, (context) => {
    const records = readOracle(file);
    if (!records) return context.skip('the corpus is not beside the repository (../shared/corpus)');
    const agreement = new Agreement();
    for (const record of records) {
      const prepared = prepareWithNames(record.query, oracleNames(record));
      agreement.add(record, classifyUnder(prepared, oracleLayout(record)).class);
    }
    process.stdout.write(`${agreement.report()}\n`);
    expect(agreement.share()).toBeGreaterThanOrEqual(floor);
  });
}
