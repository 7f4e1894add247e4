import { UsageError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { type NodeTraces, newTraces, takeTraces } from './take-traces.ts';

/**
 * What stands in the way of a plan in a database that should be empty: tables, types, functions, schemas, … on any
 * node. Extensions, which a plan makes only where they are missing, and what belongs to them do not count.
 */
export async function targetObjects(coordinator: Connection): Promise<readonly string[]> {
  return objectsIn(await takeTraces(coordinator));
}

/** Throws a {@link UsageError} that lists what a target already holds. */
export async function requireEmptyTarget(coordinator: Connection): Promise<void> {
  refuseObjects(coordinator.target, await targetObjects(coordinator));
}

/** As {@link targetObjects}, for what was looked at already. */
export function objectsIn(traces: readonly NodeTraces[]): readonly string[] {
  const own = traces.map((node) => ({
    ...node,
    objects: new Map([...node.objects].filter(([object]) => isMade(object))),
  }));
  return newTraces([], own);
}

const mostListed = 10;

/** As {@link requireEmptyTarget}, for what was found already. */
export function refuseObjects(target: string, objects: readonly string[]): void {
  if (objects.length === 0) return;
  const rest = objects.length - mostListed;
  const list = objects.slice(0, mostListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  throw new UsageError(`${target} is not empty, and nothing was done: it holds ${list}`, {
    hint: 'Take an empty database with the extension citus. If these are left of an attempt that stopped, run rollback.sql first.',
  });
}

/** Neither a state of what every database has, nor what Citus notes about a table, nor an extension. */
function isMade(object: string): boolean {
  const noted =
    'owner of|privileges on|comment on|Citus keeps|distribution of|shard|placement|co-location group';
  return !new RegExp(`^(${noted}|extension|default acl) `).test(object);
}
