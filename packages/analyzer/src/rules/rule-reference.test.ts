import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { rules } from './registry.ts';
import { ruleReference } from './rule-reference.ts';

test('docs/rules.md says what the rules say', async () => {
  await expect(ruleReference()).toMatchFileSnapshot('../../../../docs/rules.md');
});

test('each rule is registered once, under the name of its file', async () => {
  const ids = rules.map((rule) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  const files = await readdir(import.meta.dirname);
  expect(ids.filter((id) => !files.includes(`${id}.ts`))).toEqual([]);
});
