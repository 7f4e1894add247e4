import { UsageError } from '@shardwright/core';
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('arguments', () => {
  it('are whole numbers where those are wanted', () => {
    expect(readArguments({ nodes: '4' }).wholeNumber('nodes')).toBe(4);
    expect(readArguments({ workers: '0' }).wholeNumber('workers', 0)).toBe(0);
    expect(readArguments({}).wholeNumber('nodes')).toBeUndefined();
    for (const nodes of ['0', '-1', '2.5', '4x', '', '1e3', ['4', '5']]) {
      expect(() => readArguments({ nodes }).wholeNumber('nodes')).toThrow(UsageError);
    }
  });

  it('are ports up to 65535', () => {
    expect(readArguments({ port: '65535' }).port('port')).toBe(65_535);
    expect(() => readArguments({ port: '65536' }).port('port')).toThrow(
      '--port takes a port, and 65536 is none',
    );
  });

  it('are durations with and without a unit', () => {
    const durationMs = (wait: string) => readArguments({ wait }).durationMs('wait');
    expect(['500ms', '30', '1.5min'].map(durationMs)).toEqual([500, 30_000, 90_000]);
    expect(() => durationMs('soon')).toThrow(
      '--wait takes a duration such as 500ms, 30s or 2min, not "soon"',
    );
  });

  it('are one of the words that an option knows', () => {
    expect(() => readArguments({ on: 'errors' }).choice('on', ['error', 'never'])).toThrow(
      expect.objectContaining({ hint: 'choose one of error, never.' }),
    );
  });

  it('are refused when empty, or given twice where there can be one', () => {
    expect(() => readArguments({ out: ['a', 'b'] }).text('out')).toThrow(
      '--out can be given once only, not "a" and "b"',
    );
    expect(() => readArguments({ out: '' }).text('out')).toThrow('--out needs a value');
    expect(() =>
      readArguments({ source: '' }, { source: { describe: 'A dump' } }).required('source'),
    ).toThrow(expect.objectContaining({ message: '<source> needs a value', hint: 'A dump' }));
    expect(readArguments({ set: ['a=1', 'b=2'] }).list('set')).toEqual(['a=1', 'b=2']);
  });
});
