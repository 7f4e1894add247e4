import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { catalogOf, prepareCatalogs } from './catalog-of.test-support.ts';
import { designOf } from './design-words.test-support.ts';
import { examples } from './examples.test-support.ts';
import { rules } from './registry.ts';
import type { DesignWords } from './rule-example.test-support.ts';
import { runRules } from './run-rules.ts';

beforeAll(prepareCatalogs);

function findings(sql: string, words: DesignWords): readonly Finding[] {
  const catalog = catalogOf(sql);
  expect(catalog.problems).toEqual([]);
  return runRules({ catalog, design: designOf(words, catalog) });
}

describe.each(examples)('$rule $name', ({ rule, sql, design, nearMiss, findings: expected = 1 }) => {
  test('is found', () => {
    const found = findings(sql, design).filter((finding) => finding.rule === rule);
    expect(found).toHaveLength(expected);
    for (const finding of found) {
      expect(finding.message).toMatch(/^\S.*\.$/s);
      expect(finding.consequence).toMatch(/[.)”]$/);
      expect(finding.remedy).not.toBe('');
      expect(finding.line).toBeGreaterThan(0);
      expect(finding.citusMessage !== undefined).toBe(finding.effect === 'refused');
    }
  });

  test('is not found in the near miss', () => {
    const rulesFound = findings(nearMiss.sql ?? sql, nearMiss.design ?? design).map((one) => one.rule);
    expect(rulesFound).not.toContain(rule);
  });
});

test('each rule has an example', () => {
  const shown = new Set(examples.map((example) => example.rule));
  const needsData = ['key-has-nulls'];
  expect(rules.map(({ id }) => id).filter((id) => !shown.has(id) && !needsData.includes(id))).toEqual([]);
});
