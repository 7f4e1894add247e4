import type { Connection } from '@shardwright/postgres';

/** A large object that was made in the target. */
export interface JournalledObject {
  readonly oid: string;
  readonly bytes: number;
  /** Of its content, owner, rights and comment as the source had them. */
  readonly digest: string;
}

/** Large objects that were made, by number. */
export async function readJournalledObjects(
  coordinator: Connection,
  among?: readonly string[],
): Promise<ReadonlyMap<string, JournalledObject>> {
  const rows = await coordinator.query<{ oid: string; bytes: string; digest: string }>(
    `SELECT oid::text AS oid, bytes, digest FROM shardwright.large_object
     WHERE $1::oid[] IS NULL OR oid = ANY ($1::oid[])`,
    [among ?? null],
  );
  return new Map(rows.map((row) => [row.oid, { ...row, bytes: Number(row.bytes) }]));
}

/** Writes down what the open transaction made. */
export async function journalObjects(
  coordinator: Connection,
  objects: readonly JournalledObject[],
): Promise<void> {
  await coordinator.query(
    `INSERT INTO shardwright.large_object (oid, bytes, digest)
     SELECT * FROM json_to_recordset($1) AS made(oid oid, bytes bigint, digest text)`,
    [JSON.stringify(objects)],
  );
}

/** Removes large objects, and what was written down of them, in the open transaction; those that are gone already too. */
export async function removeObjects(coordinator: Connection, oids: readonly string[]): Promise<void> {
  await coordinator.query('SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = ANY ($1::oid[])', [
    oids,
  ]);
  await coordinator.query('DELETE FROM shardwright.large_object WHERE oid = ANY ($1::oid[])', [oids]);
}

/** What a migration made of large objects. */
export interface LargeObjectCount {
  readonly objects: number;
  readonly bytes: number;
}

/** Counts what is written down. */
export async function countLargeObjects(coordinator: Connection): Promise<LargeObjectCount> {
  const [row] = await coordinator.query<{ objects: number; bytes: string }>(
    'SELECT count(*)::int AS objects, coalesce(sum(bytes), 0) AS bytes FROM shardwright.large_object',
  );
  return { objects: row?.objects ?? 0, bytes: Number(row?.bytes ?? 0) };
}
