import { Writable } from 'node:stream';
import type { ProgressEvent } from '@shardwright/core';
import { describe, expect, it } from 'vitest';
import type { OutputStream } from '../surroundings.ts';
import { progressLine } from './progress-line.ts';
import { createReporter, type ReporterOptions } from './reporter.ts';

/** A stream that remembers, and a clock that stands still until it is moved. */
function scene(
  mode: ReporterOptions['mode'],
  more: { readonly tty?: boolean; readonly quiet?: boolean } = {},
) {
  let written = '';
  let nowMs = 0;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const stderr: OutputStream = Object.assign(stream, { isTTY: more.tty === true, columns: 100 });
  const reporter = createReporter({
    program: 'migrate',
    mode,
    stderr,
    clock: { nowMs: () => nowMs },
    redact: (text) => text.replaceAll('secret', '***'),
    quiet: more.quiet === true,
  });
  return {
    reporter,
    at: (ms: number, event: ProgressEvent): void => {
      nowMs = ms;
      reporter.emit(event);
    },
    text: (): string => written,
  };
}

const reading = (done: number, total?: number): ProgressEvent => ({
  kind: 'progress',
  phase: 'reading dump',
  done,
  ...(total === undefined ? {} : { total }),
  unit: 'bytes',
});

describe('progress', () => {
  it('stays silent on short runs', () => {
    const { at, text, reporter } = scene('auto', { tty: true });
    for (let ms = 0; ms < 600; ms += 50) at(ms, reading(ms, 1000));
    reporter.end();
    expect(text()).toBe('');
  });

  it('draws at most ten frames a second on a terminal and leaves it clean', () => {
    const { at, text, reporter } = scene('auto', { tty: true });
    for (let ms = 0; ms <= 2000; ms += 10) at(ms, reading(ms * 1000, 4_000_000));
    reporter.end();
    expect(text().split('\r').length - 1).toBeLessThanOrEqual(16);
    expect(text()).toContain('1.00 MB/s');
    expect(text().endsWith('\r\u001b[2K')).toBe(true);
  });

  it('says nothing to a file unless asked, and then in lines', () => {
    const silent = scene('auto');
    const asked = scene('always');
    for (const one of [silent, asked])
      for (let ms = 0; ms <= 12_000; ms += 100) one.at(ms, reading(ms, 12_000));
    expect(silent.text()).toBe('');
    expect(asked.text().trimEnd().split('\n')).toHaveLength(3);
    expect(asked.text()).not.toContain('\u001b');
  });

  it('shows warnings in every mode but quiet', () => {
    const warning: ProgressEvent = { kind: 'warning', message: 'no rows in secret' };
    const loud = scene('never');
    loud.at(0, warning);
    expect(loud.text()).toBe('migrate: warning: no rows in ***\n');
    const quiet = scene('auto', { quiet: true });
    quiet.at(0, warning);
    expect(quiet.text()).toBe('');
    const quietJson = scene('json', { quiet: true });
    quietJson.at(0, warning);
    expect(quietJson.text()).toBe('');
  });

  it('writes events as JSON lines and never loses the last of a phase', () => {
    const { at, text, reporter } = scene('json');
    for (let ms = 0; ms < 250; ms += 10) at(ms, reading(ms));
    at(260, { kind: 'phase', phase: 'optimising' });
    reporter.end();
    const events = text()
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toEqual([
      { kind: 'progress', phase: 'reading dump', done: 0, unit: 'bytes', elapsedMs: 0 },
      { kind: 'progress', phase: 'reading dump', done: 100, unit: 'bytes', elapsedMs: 100 },
      { kind: 'progress', phase: 'reading dump', done: 200, unit: 'bytes', elapsedMs: 200 },
      { kind: 'progress', phase: 'reading dump', done: 240, unit: 'bytes', elapsedMs: 240 },
      { kind: 'phase', phase: 'optimising', elapsedMs: 260 },
    ]);
  });

  it('tells share, amount, rate and time left', () => {
    expect(progressLine(reading(1_250_000_000, 5_000_000_000), 5000, 120)).toBe(
      'reading dump  ━━━━━━──────────────────   25 %  1.25 GB of 5.00 GB  250 MB/s  15 s left',
    );
    expect(progressLine(reading(1_250_000_000), 5000, 120)).toBe('reading dump  1.25 GB  250 MB/s');
    expect(progressLine({ kind: 'phase', phase: 'optimising' }, 0, 80)).toBe('optimising …');
    expect(progressLine(reading(1, 10), 5000, 30)).toHaveLength(30);
  });

  it('gives up the length of its bar, then the rate, before the time that is left', () => {
    const at = (width: number) => progressLine(reading(1_250_000_000, 5_000_000_000), 5000, width);
    expect(at(75)).toBe('reading dump  ━━━──────────   25 %  1.25 GB of 5.00 GB  250 MB/s  15 s left');
    expect(at(60)).toBe('reading dump  ━━──────   25 %  1.25 GB of 5.00 GB  15 s left');
  });

  it('counts the rate without what an earlier run did, and gives up rows before the rate', () => {
    const resumed: ProgressEvent = {
      ...{ kind: 'progress', phase: 'loading rows', unit: 'bytes' },
      ...{ done: 3_000_000_000, before: 2_000_000_000, total: 5_000_000_000, rows: 9_200_000 },
    };
    const at = (width: number) => progressLine(resumed, 5000, width).replace(/[━─]+/, '─');
    expect(at(120)).toBe('loading rows  ─   60 %  3.00 GB of 5.00 GB  9.20 M rows  200 MB/s  10 s left');
    expect(at(76)).toBe('loading rows  ─   60 %  3.00 GB of 5.00 GB  200 MB/s  10 s left');
  });

  it('says below what holds jobs back, as long as something does', () => {
    const { at, text } = scene('auto', { tty: true });
    const loading = (done: number, slowedBy?: string): ProgressEvent => ({
      ...{ kind: 'progress', phase: 'loading rows', done, total: 8_000_000, unit: 'bytes' },
      ...(slowedBy === undefined ? {} : { slowedBy }),
    });
    at(0, loading(0));
    at(1000, loading(1000, '1 of 4 jobs, as a replica of db is 45 s behind'));
    expect(text().split('\n').at(-1)).toBe('  1 of 4 jobs, as a replica of db is 45 s behind');
    at(2000, loading(2000));
    expect(text().split('\u001b[J').at(-1)).not.toContain('jobs');
  });

  it('shows what is at work in lines below, each with its own rate, and takes all of them away', () => {
    const { at, text, reporter } = scene('auto', { tty: true });
    const loading = (done: number): ProgressEvent => ({
      ...{ kind: 'progress', phase: 'loading rows', done: 2 * done, total: 8_000_000, unit: 'bytes' },
      rows: 200,
      parts: ['public.orders', 'items'].map((subject) => ({ subject, done, total: 4_000_000, rows: 100 })),
    });
    at(0, loading(0));
    at(1000, loading(1_000_000));
    const lines = text().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('  public.orders   25 %  1.00 MB of 4.00 MB  100 rows  1.00 MB/s');
    expect(lines[2]).toBe('  items           25 %  1.00 MB of 4.00 MB  100 rows  1.00 MB/s');
    reporter.end();
    expect(text().endsWith('\r\u001b[2A\u001b[J')).toBe(true);
  });
});
