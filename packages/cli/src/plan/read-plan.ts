import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';

/** The plan in a directory that `migrate plan` wrote, or in a file. Throws {@link InputError}. */
export async function readPlan(given: string): Promise<Plan> {
  const found = await stat(given).catch(() => undefined);
  const file = found?.isDirectory() ? path.join(given, 'plan.json') : given;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(
      'there is no plan to read',
      { input: file },
      {
        hint: 'Name the directory that migrate plan wrote.',
        cause: error,
      },
    );
  }
  const plan = parse(text);
  if (plan?.planVersion === '1.0' && Array.isArray(plan.steps) && Array.isArray(plan.tables))
    return plan as Plan;
  throw new InputError(
    'this is no plan of migrate plan, or one of another version',
    { input: file },
    {
      hint: 'Make it anew with migrate plan.',
    },
  );
}

function parse(text: string): Partial<Plan> | undefined {
  try {
    return JSON.parse(text) as Partial<Plan>;
  } catch {
    return undefined;
  }
}
