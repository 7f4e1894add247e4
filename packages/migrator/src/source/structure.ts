import { type Catalog, catalogDifferences, catalogFingerprint, readDatabase } from '@shardwright/catalog';
import { type Context, DatabaseError, plural } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';

const mostNamed = 10;

/** Throws {@link DatabaseError} where the source is not what was planned for: then statements and queries do not fit. */
export async function refuseChangedSource(plan: Plan, url: string, context: Context): Promise<void> {
  const { schemas } = plan.origin;
  refuseChanged(plan, await readDatabase(url, schemas === undefined ? {} : { schemas }, context));
}

/** As {@link refuseChangedSource}, of a source that has been read. */
export function refuseChanged(plan: Plan, catalog: Catalog): void {
  const differences = catalogDifferences(plan.fingerprint, catalogFingerprint(catalog));
  if (differences.length === 0) return;
  const named = differences.slice(0, mostNamed).map(({ object, change }) => `${object} (${change})`);
  const more = differences.length > mostNamed ? ', …' : '';
  throw new DatabaseError(
    `${catalog.origin.label} is not what was planned for: ${plural(differences.length, 'object')} differ, ${named.join(', ')}${more}`,
    { hint: 'Plan again with migrate plan; a migration that is begun is taken back first.' },
  );
}
