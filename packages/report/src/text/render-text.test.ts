import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { generatedAnalysis, sampleAnalysis } from '../sample-analysis.test-support.ts';
import { displayWidth } from './columns.ts';
import { renderText } from './render-text.ts';

describe('text', () => {
  it('opens with the verdict and ends with the next step', () => {
    const lines = renderText(sampleAnalysis(), {}).trimEnd().split('\n');
    expect(lines[1]).toBe(
      'Ready after changes: 7 of 12 tables distribute by company_id, and 89 % of calls reach one shard.',
    );
    expect(lines.at(-1)).toBe('  Add --out report.html to see everything.');
  });

  it('ends with the commands that plan and prove, where there is something to plan', () => {
    const planCommand = 'migrate plan dump.sql --tenant company_id --out plan';
    expect(renderText(sampleAnalysis(), { planCommand, width: 40 }).trimEnd().split('\n').slice(-2)).toEqual([
      `    ${planCommand}`,
      '    migrate prove plan',
    ]);
    const { headline } = sampleAnalysis();
    const no = sampleAnalysis({ headline: { ...headline, verdict: 'no' } });
    expect(renderText(no, { planCommand })).not.toContain('migrate plan');
  });

  it('shows every table of a small schema with its decision, key and findings', () => {
    const text = renderText(sampleAnalysis(), { width: 120 });
    for (const table of sampleAnalysis().tables) expect(text).toContain(table.name);
    expect(text).toMatch(
      /line_items +distributed \+ backfill +company_id +9\.10 M +1\.48 GB +✗ 1 +order_id → orders/,
    );
  });

  it('fits a large schema on about one screen and says what it leaves out', () => {
    const text = renderText(generatedAnalysis(100), {});
    expect(text.split('\n').length).toBeLessThanOrEqual(62);
    expect(text).toMatch(/… and \d+ more: --out report\.html/);
  });

  it.each([60, 80, 100, 140])('keeps every line but the command within %i cells', (width) => {
    const text = renderText(generatedAnalysis(40), { width });
    for (const line of text.split('\n').filter((one) => !one.includes('migrate analyze'))) {
      expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  it('uses colours only when told to, and they change nothing but colour', () => {
    const plain = renderText(sampleAnalysis(), { color: false });
    const colored = renderText(sampleAnalysis(), { color: true });
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[31m');
    const trimmed = (text: string): string =>
      text
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n');
    expect(trimmed(stripVTControlCharacters(colored))).toBe(trimmed(plain));
  });

  it('names the lines of a rule and counts the rest', () => {
    const text = renderText(generatedAnalysis(100), {});
    expect(text).toMatch(/✗ unique-without-distribution-column {2}25 errors, lines 10, 66, 122, 178, 234, …/);
  });

  it('asks for a workload when there was none, and prints query classes when there was one', () => {
    expect(renderText(generatedAnalysis(5), {})).toContain('Add --workload');
    const withQueries = renderText(sampleAnalysis(), {});
    expect(withQueries).not.toContain('Add --workload');
    expect(withQueries).toMatch(/fast path +█+ +71 % +18 % +1/);
  });

  it('shows control characters of names as escapes, and line breaks as blanks', () => {
    const analysis = sampleAnalysis();
    const [first, ...rest] = analysis.tables;
    if (first === undefined) throw new Error('the sample has tables');
    const named = { ...analysis, tables: [{ ...first, name: 'a\u001b\u202e\nb' }, ...rest] };
    const text = renderText(named, {});
    expect(text).toContain('"a\\u001b\\u202e b"');
    for (const raw of ['\u001b', '\u202e']) expect(text).not.toContain(raw);
  });

  it('leaves out sections that would hold a title only', () => {
    const { tables, colocationGroups, ...analysis } = sampleAnalysis();
    const text = renderText(
      { ...analysis, tables: tables.slice(0, 0), colocationGroups: colocationGroups.slice(0, 0) },
      {},
    );
    expect(text).not.toMatch(/^(Decisions|Co-location groups)/m);
  });
});
