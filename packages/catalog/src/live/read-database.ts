import { type Context, DatabaseError, InterruptedError, UsageError } from '@shardwright/core';
import { attempt, type Connection, connect, errorCode, inSnapshot } from '@shardwright/postgres';
import { loadParser } from '@shardwright/sql';
import type { Catalog, CatalogProblem } from '../model/catalog.ts';
import { readCreationOrder } from './creation-order.ts';
import {
  readComments,
  readExtensions,
  readOtherObjects,
  readPublications,
  readSchemas,
} from './read-database-objects.ts';
import { readGrants } from './read-privileges.ts';
import { readRoutines } from './read-routines.ts';
import { readSequences } from './read-sequences.ts';
import { readStatistics, type StatisticsRead } from './read-statistics.ts';
import { readPolicies, readRules, readTriggers } from './read-table-objects.ts';
import { readTables } from './read-tables.ts';
import { readTypes } from './read-types.ts';
import { readViews } from './read-views.ts';
import { fileRunner, liveDefinition, type RunFile } from './reader.ts';

/** What to read of a database, and how long its server may take. */
export interface ReadDatabaseOptions {
  /** Only these schemas; all but the system's unless given. */
  readonly schemas?: readonly string[];
  /** Longest run of one catalog query; 60 s unless given. */
  readonly statementTimeoutMs?: number;
}

interface Server {
  readonly version: string;
  readonly versionNumber: number;
  readonly defaultSchema: string | null;
  readonly isCitus: boolean;
  readonly citusVersion: string | null;
}

const oldestVersionNumber = 120_000;
const defaultStatementTimeoutMs = 60_000;
/** Short: whoever waits for a lock also blocks everyone behind it. */
const lockTimeoutMs = 5_000;

/**
 * Reads the catalog of a live database: the model that a dump of it gives, with the server's own statistics.
 * One read-only transaction, catalogs only. Throws {@link DatabaseError} with a hint.
 */
export async function readDatabase(
  url: string,
  options: ReadDatabaseOptions,
  context: Context,
): Promise<Catalog> {
  await loadParser();
  const statementTimeoutMs = options.statementTimeoutMs ?? defaultStatementTimeoutMs;
  await using connection = await connect(url, { applicationName: 'shardwright analyze' });
  // Ending the connection is what stops a query that runs.
  const stop = () => void connection.end().catch(() => {});
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    context.emit({ kind: 'phase', phase: `reading ${connection.target}` });
    return await inSnapshot(connection, { statementTimeoutMs, lockTimeoutMs }, () =>
      readCatalog(connection, options, context),
    );
  } catch (error) {
    if (context.signal.aborted) throw new InterruptedError(`stopped reading ${connection.target}`);
    throw withTimeoutHint(error);
  } finally {
    context.signal.removeEventListener('abort', stop);
  }
}

/**
 * Reads the catalog within the transaction the connection is in.
 *
 * No lock is stronger than AccessShare: catalogs and sequences are read with SELECT, and what pg_get_expr,
 * pg_get_*def and the pg_*_size functions open of a user's table to print its column names, its views' queries or
 * its size they open with AccessShare (set_relation_column_names, AcquireRewriteLocks and try_relation_open in
 * the server's sources). Only ACCESS EXCLUSIVE stands in their way.
 */
export async function readCatalog(
  connection: Connection,
  { schemas }: ReadDatabaseOptions,
  context: Context,
): Promise<Catalog> {
  const run = fileRunner(connection, context);
  const server = await readServer(run, connection);
  await prepareSession(connection, schemas ?? []);
  const found = await readSchemas(run);
  checkSchemas(
    schemas ?? [],
    found.map(({ name }) => name),
    connection.target,
  );
  const problems: CatalogProblem[] = [];
  const tell = (message: string): void => {
    problems.push({ definition: liveDefinition(''), kind: 'unreadable', message });
    context.emit({ kind: 'warning', message });
  };

  const order = await readCreationOrder(run);
  const statistics = await readStatisticsOrTell(run, connection, tell);
  const { tables, viewIndexes } = await readTables(run, statistics.tables);
  const { sequences, unread } = await readSequences(run, connection);
  if (unread > 0) tell(`the positions of ${unread} sequences could not be read: SELECT on them is missing`);
  if (server.isCitus) {
    context.emit({
      kind: 'warning',
      message: `${connection.target} already runs Citus: sizes and rows are those of this node alone`,
    });
  }
  return {
    origin: {
      kind: 'database',
      label: connection.target,
      // `15.4 (Debian 15.4-1)`: what follows is the packager's.
      serverVersion: server.version.split(' ')[0] ?? server.version,
      defaultSchema: server.defaultSchema ?? 'public',
      ...(schemas === undefined || schemas.length === 0 ? {} : { schemas }),
      ...(server.isCitus ? { citusVersion: server.citusVersion ?? 'unknown' } : {}),
    },
    schemas: found,
    tables,
    sequences,
    views: await readViews(run, viewIndexes, order),
    routines: await readRoutines(run, order),
    triggers: await readTriggers(run),
    rules: await readRules(run),
    policies: await readPolicies(run),
    types: await readTypes(run, order),
    extensions: await readExtensions(run),
    publications: await readPublications(run, server.versionNumber, tables),
    comments: await readComments(run),
    grants: await readGrants(run),
    verbatim: await readOtherObjects(run, order),
    problems,
  };
}

async function readServer(run: RunFile, connection: Connection): Promise<Server> {
  const [server] = await run<Server>('server');
  if (server === undefined) throw new DatabaseError(`${connection.target} does not tell its version`);
  if (server.versionNumber < oldestVersionNumber) {
    throw new DatabaseError(`${connection.target} runs PostgreSQL ${server.version}, older than 12`, {
      hint: 'Analyze a dump instead: pg_dump --schema-only, of any version, can be read.',
    });
  }
  return server;
}

/** Names come qualified and values as a dump has them, whatever the role's own settings. */
async function prepareSession(connection: Connection, schemas: readonly string[]): Promise<void> {
  await connection.query(
    `SELECT set_config('search_path', '', true),
       set_config('datestyle', 'ISO, MDY', true),
       set_config('intervalstyle', 'postgres', true),
       set_config('bytea_output', 'hex', true),
       set_config('extra_float_digits', '3', true),
       set_config('quote_all_identifiers', 'off', true),
       set_config('row_security', 'off', true),
       -- Compiling these queries takes longer than running them.
       set_config('jit', 'off', true),
       set_config('shardwright.schemas', CASE WHEN $1::text[] = '{}' THEN '' ELSE $1::text[]::text END, true)`,
    [schemas],
  );
}

function checkSchemas(wanted: readonly string[], found: readonly string[], target: string): void {
  const missing = wanted.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw new UsageError(`${target} has no schema ${missing.map((name) => `"${name}"`).join(', ')}`, {
    hint: 'psql -c "\\dn" lists the schemas there are; system schemas cannot be analyzed.',
  });
}

const noStatistics: StatisticsRead = { tables: new Map(), uncounted: 0 };

async function readStatisticsOrTell(
  run: RunFile,
  connection: Connection,
  tell: (message: string) => void,
): Promise<StatisticsRead> {
  const statistics = await attempt(connection, () => readStatistics(run));
  if (!statistics.ok) {
    tell(`sizes and statistics could not be read: ${statistics.error.message}`);
    return noStatistics;
  }
  const [hidden] = await run<{ tables: number }>('hidden-columns');
  if (hidden !== undefined && hidden.tables > 0) {
    tell(
      `column statistics of ${hidden.tables} tables are hidden from this role: GRANT SELECT on them, or pg_read_all_data`,
    );
  }
  const { uncounted } = statistics.result;
  if (uncounted > 0)
    tell(`${uncounted} tables hold data but have never been analyzed: run ANALYZE for their rows`);
  return statistics.result;
}

function withTimeoutHint(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || errorCode(error) !== '57014') return error;
  return new DatabaseError(error.message, {
    hint: 'Allow more time with --statement-timeout, or read fewer schemas with --schema.',
    cause: error.cause,
  });
}
