import type { Connection } from '@shardwright/postgres';

/** A large object as the source lists it. */
export interface SourceObject {
  /** A number that rows hold; so it stays the same. */
  readonly oid: string;
  readonly owner: string;
  readonly comment: string | null;
  /** Absent where only its owner may do anything with it. */
  readonly grants: readonly ObjectGrant[] | null;
}

/** What a role may do with a large object. */
interface ObjectGrant {
  /** Null for all. */
  readonly role: string | null;
  readonly right: 'SELECT' | 'UPDATE';
  readonly mayGrant: boolean;
}

/** Every large object of a database, by number. */
export async function listObjects(reader: Connection): Promise<readonly SourceObject[]> {
  return await reader.query<SourceObject>(
    `SELECT m.oid::text AS oid, pg_get_userbyid(m.lomowner) AS owner,
            obj_description(m.oid, 'pg_largeobject') AS comment,
            (SELECT json_agg(json_build_object(
               'role', CASE WHEN grantee <> 0 THEN pg_get_userbyid(grantee) END,
               'right', privilege_type, 'mayGrant', is_grantable))
             FROM aclexplode(m.lomacl)) AS grants
     FROM pg_largeobject_metadata m ORDER BY m.oid`,
  );
}

/** The first bytes of objects, by number; what has fewer is there as a whole. */
export async function readBeginnings(
  reader: Connection,
  oids: readonly string[],
  bytes: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await reader.query<{ oid: string; content: Buffer }>(
    'SELECT oid::text AS oid, lo_get(oid, 0, $2) AS content FROM unnest($1::oid[]) AS oid',
    [oids, bytes],
  );
  return new Map(rows.map(({ oid, content }) => [oid, content]));
}

/** So many bytes of an object from a place on, fewer at its end. */
export async function readPart(
  reader: Connection,
  oid: string,
  offset: number,
  bytes: number,
): Promise<Buffer> {
  const [part] = await reader.query<{ content: Buffer }>(
    'SELECT lo_get($1::oid, $2::bigint, $3::int) AS content',
    [oid, offset, bytes],
  );
  return part?.content ?? Buffer.alloc(0);
}
