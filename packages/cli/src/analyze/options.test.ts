import { describe, expect, it } from 'vitest';
import { reportFormat, tableColumn } from './options.ts';

describe('option values', () => {
  it('splits TABLE=COLUMN, quoted names included', () => {
    expect(tableColumn('distribute', 'orders=customer_id')).toEqual({
      table: 'orders',
      column: 'customer_id',
    });
    expect(tableColumn('distribute', '"a=b".orders="key=1"')).toEqual({
      table: '"a=b".orders',
      column: '"key=1"',
    });
    for (const text of ['orders', 'orders=', '=id', 'a=b=c']) {
      expect(() => tableColumn('distribute', text)).toThrow(/--distribute takes TABLE=COLUMN/);
    }
  });

  it('tells the format from the name of the file, unless it is named', () => {
    expect(reportFormat(undefined, undefined)).toBe('text');
    expect(reportFormat(undefined, 'a/report.HTML')).toBe('html');
    expect(reportFormat(undefined, 'findings.sarif')).toBe('sarif');
    expect(reportFormat('json', 'report.html')).toBe('json');
    expect(reportFormat(undefined, '/dev/stdout')).toBe('text');
  });

  it('does not guess a format from a name that tells none', () => {
    for (const out of ['report.foo', 'report', 'reports.d/html']) {
      expect(() => reportFormat(undefined, out)).toThrow(
        expect.objectContaining({
          message: `cannot tell the format of the report from the name "${out}"`,
          hint: expect.stringContaining('.html, .htm, .json, .md, .sarif, .txt'),
        }),
      );
      expect(reportFormat('markdown', out)).toBe('markdown');
    }
  });
});
