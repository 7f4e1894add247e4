import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlanTexts, writePlan } from './plan-directory.ts';

const texts: PlanTexts = {
  'plan.json': '{}',
  'migration.sql': '',
  'rollback.sql': '',
  'table-analysis.txt': '',
  'checks.sql': '',
  'backfill.sql': '',
  'README.md': '',
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-plan-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('leaves nothing of a plan that could not be written to its end', async () => {
  // The disk refuses the last file; a text that is none stands for it.
  const broken = { ...texts, 'README.md': undefined as unknown as string };
  await expect(writePlan(join(directory, 'new'), broken)).rejects.toThrow(/cannot write the plan/);
  expect(await readdir(directory)).toEqual([]);
});

it('leaves the old plan whole when the new one could not be written', async () => {
  const path = join(directory, 'old');
  await writePlan(path, texts);
  const broken = { ...texts, 'README.md': undefined as unknown as string };
  await expect(writePlan(path, broken)).rejects.toThrow(/cannot write the plan/);
  expect((await readdir(path)).sort()).toEqual(Object.keys(texts).sort());
});
