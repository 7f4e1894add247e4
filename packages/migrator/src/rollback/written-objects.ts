import type { Connection } from '@shardwright/postgres';
import { readLoadEnd } from '../journal/load-end.ts';
import { youngerThan } from './younger-than.ts';

/** Large objects that the migration made. */
export interface MadeObjects {
  readonly objects: number;
  /** Of these, such as somebody wrote to or removed since; before the load came to its end, such as have another length. */
  readonly changed: number;
}

/** Looks at every large object that the journal names. Throws {@link DatabaseError}. */
export async function countObjects(coordinator: Connection): Promise<MadeObjects> {
  const [journal] = await coordinator.query<{ there: boolean }>(
    "SELECT to_regclass('shardwright.large_object') IS NOT NULL AS there",
  );
  if (!journal?.there) return { objects: 0, changed: 0 };
  const isYoung = youngerThan((await readLoadEnd(coordinator)).get(0));
  const [counted] = await coordinator.query<MadeObjects>(
    `SELECT count(*)::int AS objects, (count(*) FILTER (WHERE m.oid IS NULL OR pages.bytes <> made.bytes OR young > 0))::int AS changed
     FROM shardwright.large_object made LEFT JOIN pg_largeobject_metadata m ON m.oid = made.oid
     CROSS JOIN LATERAL (
       SELECT coalesce(max(pageno::bigint * current_setting('block_size')::bigint / 4 + length(data)), 0) AS bytes,
              count(*) FILTER (WHERE ${isYoung}) AS young
       FROM pg_largeobject WHERE loid = made.oid
     ) AS pages`,
  );
  return counted ?? { objects: 0, changed: 0 };
}
