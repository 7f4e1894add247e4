import type { CitusNode } from '@shardwright/cluster';
import { type Context, DatabaseError, displayName, nameKey, plural } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { readLoadedChunks, readLoads } from '../journal/journal.ts';
import { isUnmoved } from '../load/direct/fence.ts';
import { countShards } from '../load/direct/placement-proof.ts';
import { relationOf, type TableAtWork } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import type { TargetCluster } from '../target/target-cluster.ts';

const hint = 'Take the migration back, and run it again with nothing else at work on the target.';

/**
 * Proves of tables whose rows were sent straight to their shards that these lie where they lay, hold as many rows as
 * the journal says, and none that belongs elsewhere. Throws {@link DatabaseError} where that is not so.
 */
export async function provePlacement(
  tables: readonly TableAtWork[],
  target: TargetCluster,
  guard: Connection,
  context: Context,
): Promise<void> {
  const direct = tables.filter(({ shards }) => shards !== undefined);
  if (direct.length === 0) return;
  context.emit({ kind: 'phase', phase: 'proving where rows lie' });
  const expected = await rowsByTarget(tables, target, guard);
  const sessions = new Map<CitusNode, Connection>();
  try {
    for (const node of target.nodes) sessions.set(node, await openSession(node.url));
    const proven = new Set<string>();
    for (const { load, shards = [] } of direct) {
      const name = displayName(load.target);
      if (!(await isUnmoved(guard, load.target, shards, target.nodes))) {
        throw new DatabaseError(`shards of ${name} moved while rows were sent to them`, { hint });
      }
      const key = nameKey(load.target);
      if (proven.has(key)) continue;
      proven.add(key);
      const counts = await countShards(load.distributionColumn ?? '', shards, sessions);
      const misplaced = counts.reduce((sum, one) => sum + one.misplaced, 0);
      const rows = counts.reduce((sum, one) => sum + one.rows, 0);
      if (misplaced > 0) {
        throw new DatabaseError(
          `${plural(misplaced, 'row')} of ${name} lie in other shards than their key says`,
          {
            hint,
          },
        );
      }
      if (rows !== expected.get(key)) {
        throw new DatabaseError(
          `${name} holds ${plural(rows, 'row')}, and ${expected.get(key)} were loaded into it`,
          { hint },
        );
      }
    }
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.end()));
  }
}

/** As the journal has them; several tables of the source may share one of the target. */
async function rowsByTarget(
  tables: readonly TableAtWork[],
  target: TargetCluster,
  coordinator: Connection,
): Promise<ReadonlyMap<string, number>> {
  const targets = new Map(tables.map(({ load }) => [relationOf(load), nameKey(load.target)]));
  const rows = new Map([...targets.values()].map((key) => [key, 0]));
  for (const one of await readLoadedChunks(target.nodes, await readLoads(coordinator))) {
    const key = targets.get(one.relation);
    if (key !== undefined && one.chunk >= 0) rows.set(key, (rows.get(key) ?? 0) + one.rows);
  }
  return rows;
}
