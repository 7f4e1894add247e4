import { describe, expect, it } from 'vitest';
import { queriesOfEachOutcome, sampleProof } from '../proof/sample-proof.test-support.ts';
import { closed, publishedSchema, schemaProblems } from '../published-schema.test-support.ts';
import type { PlanReport } from './plan-report.ts';
import { renderPlanReadme } from './render-plan-readme.ts';
import { renderPlanText } from './render-plan-text.ts';
import { renderTableAnalysis } from './render-table-analysis.ts';
import { samplePlanReport } from './sample-plan.test-support.ts';

/** The same plan where nothing is known of rows. */
function withoutSizes(report: PlanReport): PlanReport {
  const tables = report.analysis.tables.map(({ rows: _rows, bytes: _bytes, ...table }) => table);
  return { ...report, analysis: { ...report.analysis, tables } };
}

describe('plan.json', () => {
  it('is what the published schema describes, down to the last member', () => {
    const { plan } = samplePlanReport();
    const proven = { ...plan, proof: sampleProof({ queries: queriesOfEachOutcome }) };
    for (const document of [plan, proven])
      expect(schemaProblems(closed(publishedSchema('plan-1.0')), JSON.stringify(document))).toEqual([]);
  });

  it('is refused by the schema when a step cannot be taken back', () => {
    const text = JSON.stringify(samplePlanReport().plan).replaceAll('"undo"', '"redo"');
    expect(schemaProblems(publishedSchema('plan-1.0'), text)).not.toEqual([]);
  });
});

describe('README.md of a plan', () => {
  it('tells what happens in the order in which it happens, with the rows in its middle', () => {
    const text = renderPlanReadme(samplePlanReport());
    const items = text.match(/^\d\. .*$/gm);
    expect(items).toEqual([
      '1. Roles: 1',
      '2. Tables, empty and without keys: 1',
      '3. Where tables live: 1',
      expect.stringContaining('rows are loaded'),
      '5. Indexes: 1',
    ]);
  });

  it('lists weakened guarantees by risk, with remedies that break no table', () => {
    const text = renderPlanReadme(samplePlanReport());
    expect(text.indexOf('High risk')).toBeLessThan(text.indexOf('Low risk'));
    expect(text).not.toContain('Medium risk');
    expect(text).toContain('Keep it in a reference table \\| or trust the application. |');
  });

  it('says what is left out, and what to do instead', () => {
    expect(renderPlanReadme(samplePlanReport())).toContain(
      '| trigger audit on orders | it acts on other rows | Do its work in the application. |',
    );
    expect(renderPlanReadme(samplePlanReport({ leftOut: [] }))).toContain('nothing is left out');
  });

  it('says what to count in the source beforehand, and only where there is something to count', () => {
    expect(renderPlanReadme(samplePlanReport())).toMatch(
      /checks\.sql "\$SOURCE".*rows of 1 table that may have no value.*rows of 1 table to which two ways.*1 foreign key/,
    );
    const without = renderPlanReadme(samplePlanReport({ loads: [], backfills: [], foreignKeyChecks: [] }));
    expect(without).not.toContain('checks.sql "$SOURCE"');
  });

  it('names the way by which a column is filled, and where it may lead to nothing', () => {
    expect(renderPlanReadme(samplePlanReport())).toMatch(
      /\| `line_items` \| `company_id` \| order\S*id → orders\.company\S*id \| possible: line\S*items\.order\S*id may be NULL \|/,
    );
  });

  it('names both ways where two lead to a value, and why one was taken', () => {
    expect(renderPlanReadme(samplePlanReport())).toMatch(
      /\| `line_items\.company_id` \| order\S*id → orders\S* \| foreign keys declare it \| seller\S*id → users/,
    );
  });

  it('tells to read the positions of sequences again, where the source is a database', () => {
    const { plan } = samplePlanReport();
    const text = (kind: 'dump' | 'database') =>
      renderPlanReadme(samplePlanReport({ origin: { ...plan.origin, kind } }));
    expect(text('database')).toContain('pg_sequences');
    expect(text('dump')).not.toContain('pg_sequences');
  });

  it('estimates time and disk from known sizes with its assumptions, and not at all without', () => {
    const text = renderPlanReadme(samplePlanReport());
    expect(text).toContain('## Time and disk');
    expect(text).toContain('50 MB/s');
    expect(renderPlanReadme({ ...samplePlanReport(), indexBytes: 2_000_000_000 })).toContain(
      '(2.00 GB in the source, more where keys gain a column)',
    );
    expect(renderPlanReadme(withoutSizes(samplePlanReport()))).not.toMatch(/Time and disk|MB\/s/);
  });
});

describe('table-analysis.txt', () => {
  const blocks = (report = samplePlanReport()): ReadonlyMap<string, string> =>
    new Map(
      renderTableAnalysis(report)
        .trimEnd()
        .split('\n\n')
        .map((block) => [block.split('\n')[0] ?? '', block]),
    );

  it('has one block per table, and none for a partition', () => {
    expect([...blocks().keys()]).toEqual(['line_items', 'orders', 'countries', 'audit_log']);
  });

  it('tells of a table where it goes, how large it is, what changes and what it loses', () => {
    const orders = blocks().get('orders') ?? '';
    for (const words of [
      'distributed by company_id, co-location group company_id, 32 shards',
      /[\d,]+ rows \(\w+\) · [\d.]+ [kMG]B/,
      'orders.company_id becomes NOT NULL',
      'high risk, orders_number_key',
      '→ Keep it in a reference table',
      'trigger audit on orders: it acts on other rows',
    ])
      expect(orders).toMatch(words);
    expect(orders.indexOf('high risk')).toBeLessThan(orders.indexOf('low risk'));
  });

  it('tells how a column is filled, by which other way it could be, and what happens to rows without a value', () => {
    const text = blocks().get('line_items')?.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'backfill: company_id over order_id → orders.company_id, as foreign keys declare it',
    );
    expect(text).toContain('Another way leads over seller_id → users');
    expect(text).toContain('such rows get no company_id and are set aside');
  });

  it('says nothing of rows where nothing is known', () => {
    expect(blocks(withoutSizes(samplePlanReport())).get('orders')).not.toMatch(/rows \(|[kMG]B/);
  });
});

describe('the summary of a plan', () => {
  it('counts, names the weightiest weakenings and says what to do next', () => {
    const text = renderPlanText(samplePlanReport(), { directory: 'my plan' });
    expect(text).toContain('Planned: 2 distributed, 1 of them after a backfill');
    expect(text).toContain('1 of high risk, 1 of low risk');
    expect(text).toMatch(/✗ orders, orders_number_key: \(number\) is unique/);
    expect(text).not.toContain('orders_pkey');
    expect(text).toContain(`migrate run 'my plan' --source "$SOURCE" --target "$TARGET"`);
  });

  it('says that nothing was written when nothing was', () => {
    expect(renderPlanText(samplePlanReport())).toContain('Nothing was written. Add --out DIR');
  });

  it('fits one screen, however many tables, weakenings and objects left out there are', () => {
    const { plan } = samplePlanReport();
    const many = <Item>(items: readonly Item[]): readonly Item[] =>
      Array.from({ length: 300 }, () => items).flat();
    const text = renderPlanText(
      samplePlanReport({
        steps: many(plan.steps),
        weakenings: many(plan.weakenings),
        leftOut: many(plan.leftOut),
      }),
      { width: 80, directory: 'out' },
    );
    expect(text.split('\n').length).toBeLessThan(50);
    expect(text).toContain('more: README.md');
  });
});
