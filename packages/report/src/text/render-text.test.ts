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
    expect(lines.at(-1)).toBe('    migrate analyze shop.sql --out report.html');
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
    expect(text).toMatch(/… and \d+ more: --format html/);
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

  it('quotes a file name that a shell would take apart', () => {
    const analysis = sampleAnalysis();
    const text = renderText({ ...analysis, origin: { ...analysis.origin, label: "my dump's.sql" } }, {});
    expect(text).toContain("migrate analyze 'my dump'\\''s.sql'");
  });

  it('names a live database so that it can be typed again', () => {
    const analysis = sampleAnalysis();
    const origin = { ...analysis.origin, kind: 'database', label: 'anna@db:5432/shop' } as const;
    expect(renderText({ ...analysis, origin }, {})).toContain(
      'migrate analyze postgres://anna@db:5432/shop --out report.html',
    );
  });
});
