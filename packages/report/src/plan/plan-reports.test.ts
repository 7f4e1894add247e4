import { describe, expect, it } from 'vitest';
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
    expect(schemaProblems(closed(publishedSchema('plan-1.0')), JSON.stringify(plan))).toEqual([]);
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

  it('gives the query that finds the rows which would be refused', () => {
    const name = { schema: 'public', name: 'Odd "name"' };
    const change = {
      table: name,
      object: 'Key',
      kind: 'column-not-null',
      what: 'it becomes NOT NULL',
      why: 'so',
    } as const;
    expect(renderPlanReadme(samplePlanReport({ changes: [change] }))).toContain(
      `count(*) FROM public."Odd ""name""" WHERE "Key" IS NULL`,
    );
    expect(renderPlanReadme(samplePlanReport({ changes: [] }))).not.toContain('IS NULL');
  });

  it('names the way by which a column is filled, and where it may lead to nothing', () => {
    const text = renderPlanReadme(samplePlanReport());
    expect(text).toMatch(/\| `line_items` \| `company_id` \| .*orders.* \| none \|/);
    expect(text).toMatch(/\| `payments` \| .* \| possible: .*`payments\.invoice_id` may be NULL/);
  });

  it('estimates time and disk from known sizes with its assumptions, and not at all without', () => {
    const text = renderPlanReadme(samplePlanReport());
    expect(text).toContain('## Time and disk');
    expect(text).toContain('50 MB/s');
    expect(renderPlanReadme({ ...samplePlanReport(), indexBytes: 2_000_000_000 })).toContain(
      '(2.00 GB in the source)',
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
    expect([...blocks().keys()]).toEqual(['orders', 'countries', 'audit_log']);
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

  it('says nothing of rows where nothing is known', () => {
    expect(blocks(withoutSizes(samplePlanReport())).get('orders')).not.toMatch(/rows \(|[kMG]B/);
  });
});

describe('the summary of a plan', () => {
  it('counts, names the weightiest weakenings and says what to do next', () => {
    const text = renderPlanText(samplePlanReport(), { directory: 'my plan' });
    expect(text).toContain('Planned: 1 distributed');
    expect(text).toContain('1 of high risk, 1 of low risk');
    expect(text).toMatch(/✗ orders, orders_number_key: \(number\) is unique/);
    expect(text).not.toContain('orders_pkey');
    expect(text).toContain(`psql -X -v ON_ERROR_STOP=1 -f 'my plan/migration.sql' "$TARGET"`);
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
