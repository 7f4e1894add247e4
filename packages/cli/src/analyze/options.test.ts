import { UsageError } from '@shardwright/core';
import { describe, expect, it } from 'vitest';
import { durationMs, oneOf, reportFormat, single, tableColumn, wholeNumber } from './options.ts';

describe('option values', () => {
  it('takes whole numbers only', () => {
    expect(wholeNumber('nodes', '4')).toBe(4);
    for (const text of ['0', '-1', '2.5', '4x', '', '1e3', undefined, ['4', '5']]) {
      expect(() => wholeNumber('nodes', text)).toThrow(UsageError);
    }
  });

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

  it('reads durations with and without a unit', () => {
    expect(durationMs('statement-timeout', '500ms')).toBe(500);
    expect(durationMs('statement-timeout', '30')).toBe(30_000);
    expect(durationMs('statement-timeout', '1.5min')).toBe(90_000);
    expect(() => durationMs('statement-timeout', 'soon')).toThrow(UsageError);
  });

  it('lists the words an option knows', () => {
    expect(() => oneOf('fail-on', 'errors', ['error', 'never'])).toThrow(
      expect.objectContaining({ hint: 'choose one of error, never.' }),
    );
  });

  it('refuses a second value where there can be one', () => {
    expect(() => single('out', ['a', 'b'])).toThrow('--out can be given once only, not "a" and "b"');
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
