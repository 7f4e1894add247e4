import type { Connection } from '@shardwright/postgres';
import { holdTurn } from '../../journal/turn.ts';
import { removeObjects } from './journalled-objects.ts';

/** Each takes a lock until the transaction ends, of which a server has some thousands. */
const objectsAtOnce = 500;

/**
 * Removes the large objects that a migration made, and what is written down of them, some at a time; those that
 * somebody removed before too. Called again, it goes on. Throws {@link DatabaseError} when it is not the run's turn.
 */
export async function takeBackLargeObjects(coordinator: Connection, run: string): Promise<number> {
  const [journal] = await coordinator.query<{ there: boolean }>(
    "SELECT to_regclass('shardwright.large_object') IS NOT NULL AS there",
  );
  if (!journal?.there) return 0;
  for (let removed = 0; ; ) {
    const next = await coordinator.query<{ oid: string }>(
      'SELECT oid::text AS oid FROM shardwright.large_object ORDER BY oid LIMIT $1',
      [objectsAtOnce],
    );
    if (next.length === 0) return removed;
    await coordinator.query('BEGIN');
    try {
      await holdTurn(coordinator, run);
      await removeObjects(
        coordinator,
        next.map(({ oid }) => oid),
      );
      await coordinator.query('COMMIT');
    } catch (error) {
      await coordinator.query('ROLLBACK').catch(() => {});
      throw error;
    }
    removed += next.length;
  }
}
