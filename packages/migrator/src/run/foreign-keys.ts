import {
  type Context,
  displayName,
  formatExact,
  nameKey,
  plural,
  quoteIdentifier,
  UsageError,
} from '@shardwright/core';
import type { Plan, Step } from '@shardwright/planner';
import type { LiveSource } from '../source/live-source.ts';

/**
 * The steps that make foreign keys of these names, which are to be left out: `orders_user_id_fkey`, or `orders_user_id_fkey
 * ON public.orders` where several tables have one of that name. Throws {@link UsageError} for a name that means none, or
 * several.
 */
export function foreignKeySteps({ steps }: Plan, names: readonly string[]): readonly Step[] {
  const keys = steps.filter(({ phase }) => phase === 'foreign-keys');
  return names.map((name) => {
    const heads = [`${name} ON `, `${quoteIdentifier(name)} ON `];
    const meant = keys.filter(
      ({ subject }) => subject === name || heads.some((head) => subject.startsWith(head)),
    );
    const [first] = meant;
    if (first === undefined) {
      throw new UsageError(`the plan has no foreign key ${name}`, {
        hint: 'Its migration.sql lists them under "Foreign keys".',
      });
    }
    if (meant.length > 1) {
      throw new UsageError(`the plan has ${meant.length} foreign keys ${name}`, {
        hint: `Name one of them whole: ${meant.map(({ subject }) => `"${subject}"`).join(', ')}.`,
      });
    }
    return first;
  });
}

/**
 * Throws {@link UsageError} where rows of the source refer to rows with another value of the distribution column: on
 * Citus their foreign key will be refused, and only after all rows are loaded.
 */
export async function refuseBrokenKeys(
  plan: Plan,
  source: LiveSource,
  leftOut: readonly Step[],
  { emit, signal }: Context,
): Promise<void> {
  const checks = plan.foreignKeyChecks.filter(
    ({ table, constraint }) =>
      !leftOut.some(
        (step) =>
          step.table !== undefined &&
          nameKey(step.table) === nameKey(table) &&
          step.subject.startsWith(`${quoteIdentifier(constraint)} ON `),
      ),
  );
  if (checks.length === 0) return;
  const broken: string[] = [];
  const options: string[] = [];
  await using reader = await source.openReader();
  for (const [done, { table, constraint, references, countBroken }] of checks.entries()) {
    signal.throwIfAborted();
    emit({
      kind: 'progress',
      phase: 'counting rows that break foreign keys',
      done,
      total: checks.length,
      unit: 'statements',
      subject: constraint,
    });
    const [row] = await reader.query<{ count: string }>(countBroken);
    const count = Number(row?.count ?? 0);
    if (count === 0) continue;
    broken.push(
      `${constraint} (${formatExact(count)} of ${displayName(table)} refer to another shard of ${displayName(references)})`,
    );
    options.push(`--without-foreign-key ${quoteIdentifier(constraint)}`);
  }
  if (broken.length === 0) return;
  throw new UsageError(
    `rows of the source break ${plural(broken.length, 'foreign key')} of the plan, and nothing was begun: ${broken.join(', ')}`,
    {
      hint: `Mend the rows, decide otherwise where these tables live and plan again, or do without: ${options.join(' ')}.`,
    },
  );
}
