import { describe, expect, it } from 'vitest';
import { analyzeOptionNames } from './analyze/command.ts';
import { nearest, usageError } from './command-line.ts';

const told = (message: string, ...argv: string[]): readonly [string, string | undefined] => {
  const error = usageError(message, argv, analyzeOptionNames);
  return [error.message, error.hint];
};

describe('complaints about the command line', () => {
  it('names the word that a mistyped one most likely meant', () => {
    expect(nearest('fromat', analyzeOptionNames)).toBe('format');
    expect(nearest('workloads', analyzeOptionNames)).toBe('workload');
    expect(nearest('verzeichnis', analyzeOptionNames)).toBeUndefined();
  });

  it('suggests the option that was meant', () => {
    expect(told('Unknown argument: fromat', 'analyze', 'x', '--fromat=html')).toEqual([
      'unknown option --fromat',
      'did you mean --format? See migrate analyze --help.',
    ]);
  });

  it('suggests the command that was meant', () => {
    expect(told('Did you mean analyze?', 'analyse', 'x')).toEqual([
      'unknown command "analyse"',
      'did you mean migrate analyze?',
    ]);
  });

  it('tells a second source from an option', () => {
    expect(told('Unknown argument: b.sql', 'analyze', 'a.sql', 'b.sql')[0]).toBe('unexpected "b.sql"');
  });

  it('says what is missing', () => {
    expect(told('Not enough non-option arguments: got 0, need at least 1', 'analyze')[0]).toBe(
      'there is nothing to analyze',
    );
    expect(told('Not enough arguments following: nodes', 'analyze', 'x', '--nodes')[0]).toBe(
      '--nodes needs a value',
    );
  });
});
