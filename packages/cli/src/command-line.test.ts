import { describe, expect, it } from 'vitest';
import { analyzeOptionNames } from './analyze/command.ts';
import { hintForUsage, nearest } from './command-line.ts';

describe('hints on the command line', () => {
  it('names the option that a mistyped one most likely meant', () => {
    expect(nearest('fromat', analyzeOptionNames)).toBe('format');
    expect(nearest('workloads', analyzeOptionNames)).toBe('workload');
    expect(nearest('distribute-by', analyzeOptionNames)).toBe('distribute');
  });

  it('names none when nothing is near', () => {
    expect(nearest('verzeichnis', analyzeOptionNames)).toBeUndefined();
  });

  it('leads to the help when it has nothing better', () => {
    expect(hintForUsage('Missing argument value: nodes', analyzeOptionNames)).toBe(
      'see migrate analyze --help.',
    );
  });
});
