import { UsageError } from '@shardwright/core';
import { describe, expect, it } from 'vitest';
import { cluster } from './cluster.ts';
import { readCommandLine } from './command-line.ts';
import { nearest } from './complaint.ts';
import { migrate } from './migrate.ts';
import type { Program } from './program.ts';

async function told(program: Program, ...argv: string[]): Promise<readonly [string, string | undefined]> {
  const error: unknown = await readCommandLine(program, argv, 100).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw new Error(`${argv.join(' ')} was not refused`);
  return [error.message, error.hint];
}

async function args(program: Program, ...argv: string[]) {
  const asked = await readCommandLine(program, argv, 100);
  if (asked.kind !== 'command') throw new Error(`${argv.join(' ')} is no command: ${asked.text}`);
  return asked.args;
}

async function help(program: Program, ...argv: string[]): Promise<string> {
  const asked = await readCommandLine(program, argv, 100);
  return asked.kind === 'text' ? asked.text : '';
}

describe('complaints about the command line', () => {
  it('names the word that a mistyped one most likely meant', () => {
    const known = ['workload', 'distribute', 'range', 'format'];
    expect(nearest('fromat', known)).toBe('format');
    expect(nearest('workloads', known)).toBe('workload');
    expect(nearest('jsno', ['json', 'yes'])).toBe('json');
    expect(nearest('verzeichnis', known)).toBeUndefined();
  });

  it('suggests the option that was meant, the common ones too', async () => {
    expect(await told(migrate, 'analyze', 'x', '--fromat=html')).toEqual([
      'unknown option --fromat',
      'did you mean --format? See migrate analyze --help.',
    ]);
    expect(await told(cluster, 'status', '--clsuter', 'a')).toEqual([
      'unknown option --clsuter',
      'did you mean --cluster? See cluster status --help.',
    ]);
  });

  it('suggests the command that was meant', async () => {
    expect(await told(migrate, 'analyse', 'x')).toEqual([
      'unknown command "analyse"',
      'did you mean migrate analyze?',
    ]);
    expect(await told(cluster, 'abracadabra')).toEqual([
      'unknown command "abracadabra"',
      'see cluster --help.',
    ]);
  });

  it('tells a second source from an option', async () => {
    expect(await told(migrate, 'analyze', 'a.sql', 'b.sql')).toEqual([
      'unexpected "b.sql"',
      'usage: migrate analyze <source> [options]; values with spaces need quotes.',
    ]);
    expect((await told(migrate, 'analyze', 'a.sql', '--', 'b.sql'))[0]).toBe(
      'nothing can follow --, but there is "b.sql"',
    );
  });

  it('says what is missing', async () => {
    expect(await told(migrate, 'analyze')).toEqual([
      'analyze needs <source>',
      expect.stringContaining('<source>: A dump'),
    ]);
    expect((await told(migrate, 'analyze', 'x', '--nodes'))[0]).toBe('--nodes needs a value');
    expect((await told(cluster, '--json'))[0]).toBe('there is no command');
  });
});

describe('the command line', () => {
  it('takes common options before the command as well', async () => {
    for (const argv of [
      ['--cluster', 'status', '--json', 'status'],
      ['status', '--json', '--cluster=status'],
    ]) {
      const read = await args(cluster, ...argv);
      expect([read.text('cluster'), read.flag('json'), read.flag('quiet')]).toEqual(['status', true, false]);
    }
  });

  it('takes a lone dash for a source', async () => {
    expect((await args(migrate, 'analyze', '-')).required('source')).toBe('-');
  });

  it('lists the commands of a program, and the options of a command', async () => {
    expect(await help(cluster)).toMatch(/^Launch:\n(?:.*\n)* {2}cluster status +Nodes/m);
    expect(await help(cluster, 'status', '--help')).toMatch(/^Common:\n +-c, --cluster, --name +Name/m);
    expect(await help(cluster, 'up', '--help')).toMatch(/-c, --cluster, --name +What it is called;/);
    expect(await help(migrate, '--version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('keeps help within the terminal', async () => {
    for (const width of [60, 80, 140]) {
      const texts = [await readCommandLine(cluster, [], width), await readCommandLine(migrate, [], width)];
      for (const asked of texts) {
        const lines = asked.kind === 'text' ? asked.text.split('\n') : [];
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      }
    }
  });
});
