import type { Connection } from '@shardwright/postgres';
import { openSession } from './session.ts';

/** A moment of a database that several sessions see. */
export interface SharedSnapshot extends AsyncDisposable {
  /** The session that holds it, inside of its transaction. */
  readonly leader: Connection;
  /** Another session that sees the same. */
  open(): Promise<Connection>;
}

/** Holds on to a moment until disposed. Throws DatabaseError. */
export async function shareSnapshot(url: string): Promise<SharedSnapshot> {
  const leader = await openSession(url);
  try {
    await leader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const [row] = await leader.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const snapshot = row?.snapshot ?? '';
    return {
      leader,
      open: async () => {
        const connection = await openSession(url);
        await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        await connection.query(`SET TRANSACTION SNAPSHOT '${snapshot.replaceAll("'", "''")}'`);
        return connection;
      },
      [Symbol.asyncDispose]: () => leader.end().catch(() => {}),
    };
  } catch (error) {
    await leader.end().catch(() => {});
    throw error;
  }
}

/** What has to be known of a server to read its rows. */
export interface ServerFacts {
  /** `150020`. */
  readonly versionNumber: number;
  readonly encoding: string;
}

/** Asks a server for {@link ServerFacts}. */
export async function readServerFacts(connection: Connection): Promise<ServerFacts> {
  const [row] = await connection.query<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
  );
  return { versionNumber: Number(row?.version), encoding: row?.encoding ?? '' };
}
