import { DatabaseError, nameKey, type QualifiedName, quoteQualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/** A table as it lies in the source. */
export interface SourceTable {
  /** Pages of 8 kB of the table itself. */
  readonly pages: number;
  /** With what lies beside it (TOAST), without indexes. */
  readonly bytes: number;
  /** Changes when the table is rewritten or emptied: then places of rows are others. */
  readonly fileNode: string;
}

/** The moment at which rows were read is gone with the session that held it: others see another one. */
export class SnapshotLost extends DatabaseError {}

/** A live database whose rows are read as they were at one moment. */
export interface LiveSource extends AsyncDisposable {
  /** With its password. */
  readonly url: string;
  /** `user@host:port/database`. */
  readonly name: string;
  /** The same for the same database, wherever it is reached. */
  readonly identity: string;
  /** Of the server, as `server_version_num`. */
  readonly version: number;
  /** What is visible at that moment, as `txid_current_snapshot` prints it. */
  readonly snapshot: string;
  readonly tables: ReadonlyMap<string, SourceTable>;
  /** A session that sees the same moment, in a transaction that only reads. */
  openReader(): Promise<Connection>;
  /**
   * Throws {@link SnapshotLost} unless the moment was held all the time until now. What readers gave before counts only
   * then: it is the holder's locks that keep tables from being emptied or rewritten, which no snapshot shows.
   */
  ensureHeld(): Promise<void>;
  /** A session of its own transactions, for what no snapshot covers, such as positions of sequences. */
  readonly control: Connection;
}

const beginReading = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Takes the moment, for all readers; all sessions are prepared by statements. Throws {@link DatabaseError}. */
export async function openLiveSource(
  url: string,
  tables: readonly QualifiedName[],
  migration: string,
  statements: readonly string[] = [],
): Promise<LiveSource> {
  const opened: Connection[] = [];
  const open = async (): Promise<Connection> => {
    const connection = await openSession(url, migration, statements);
    opened.push(connection);
    return connection;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((connection) => connection.end().catch(() => {})));
  };
  try {
    const [holder, control] = [await open(), await open()];
    const server = await readServer(control);
    const present = await presentTables(control, tables);
    await holder.query(beginReading);
    // Before the snapshot, which the first query takes: whoever empties or rewrites a table ends before it, or waits.
    if (present.length > 0) await holder.query(`LOCK TABLE ${present.join(', ')} IN ACCESS SHARE MODE`);
    const [taken] = await holder.query<{ exported: string; snapshot: string }>(
      'SELECT pg_export_snapshot() AS exported, txid_current_snapshot()::text AS snapshot',
    );
    if (!taken) throw new DatabaseError(`${holder.target} gives no snapshot`);
    let asked: Promise<unknown> = Promise.resolve();
    const ensureHeld = async (): Promise<void> => {
      // A session answers one after the other; a moment that was lost stays so.
      asked = asked.then(() => holder.query('SELECT'));
      await asked.catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new SnapshotLost(`the snapshot of ${holder.target} was lost (${reason})`, {
          hint: 'Run it again: tables that did not change since keep what is loaded.',
        });
      });
    };
    return {
      url,
      name: holder.target,
      ...server,
      snapshot: taken.snapshot,
      tables: await readTables(holder, tables),
      control,
      ensureHeld,
      openReader: async () => {
        const reader = await openSession(url, migration, statements);
        try {
          await reader.query(beginReading);
          await reader.query(`SET TRANSACTION SNAPSHOT '${taken.exported}'`);
          return reader;
        } catch (error) {
          await reader.end().catch(() => {});
          throw error;
        }
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tables that are there, as LOCK TABLE takes them; that one is missing is told by who compares structures. */
async function presentTables(
  connection: Connection,
  tables: readonly QualifiedName[],
): Promise<readonly string[]> {
  const present = await connection.query<{ schema: string; name: string }>(
    `SELECT wanted.* FROM json_to_recordset($1) AS wanted(schema text, name text)
     WHERE to_regclass(quote_ident(schema) || '.' || quote_ident(name)) IS NOT NULL`,
    [JSON.stringify(tables.map(({ schema, name }) => ({ schema, name })))],
  );
  return present.map((table) => `ONLY ${quoteQualifiedName(table)}`);
}

async function readServer(
  connection: Connection,
): Promise<{ readonly version: number; readonly identity: string }> {
  const [server] = await connection.query<{ version: number; identity: string }>(
    `SELECT current_setting('server_version_num')::int AS version,
            (SELECT system_identifier FROM pg_control_system()) || '/' ||
            (SELECT oid FROM pg_database WHERE datname = current_database()) AS identity`,
  );
  if (!server) throw new DatabaseError(`${connection.target} tells nothing of itself`);
  return server;
}

async function readTables(
  connection: Connection,
  tables: readonly QualifiedName[],
): Promise<ReadonlyMap<string, SourceTable>> {
  const rows = await connection.query<{
    schema: string;
    name: string;
    pages: string;
    bytes: string;
    file_node: string;
  }>(
    `SELECT n.nspname AS schema, c.relname AS name,
            pg_relation_size(c.oid) / current_setting('block_size')::int AS pages,
            pg_table_size(c.oid) AS bytes, pg_relation_filenode(c.oid) AS file_node
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN json_to_recordset($1) AS wanted(schema text, name text)
       ON wanted.schema = n.nspname AND wanted.name = c.relname`,
    [JSON.stringify(tables.map(({ schema, name }) => ({ schema, name })))],
  );
  return new Map(
    rows.map((row) => [
      nameKey(row),
      { pages: Number(row.pages), bytes: Number(row.bytes), fileNode: String(row.file_node) },
    ]),
  );
}
