import { DatabaseError } from '@shardwright/core';
import { type Connection, type ConnectOptions, errorCode } from '@shardwright/postgres';
import { readSample, type SampleOptions } from './read-sample.ts';
import type { Sample } from './sample.ts';

/** How long a monitor may wait for the servers it looks at. */
export interface MonitorOptions {
  /** Longest run of one probe; 5 s by default. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a node to accept a connection; 2 s by default. */
  readonly nodeTimeoutMs?: number;
}

/** Opens the monitor's session, as `openCoordinator` does for a URL. */
export type OpenSession = (options: ConnectOptions) => Promise<Connection>;

/** One session on a coordinator that is asked again and again. */
export interface Monitor extends AsyncDisposable {
  /**
   * Reads the cluster once. Nodes that do not answer are told in the sample; throws DatabaseError when the
   * coordinator itself does not, and opens a new session the next time.
   */
  sample(options?: SampleOptions): Promise<Sample>;
}

/** Opens a monitor on a cluster's coordinator; it only reads. Throws what opening the session throws. */
export async function openMonitor(open: OpenSession, options: MonitorOptions = {}): Promise<Monitor> {
  const { statementTimeoutMs = 5000 } = options;
  let session: Connection | undefined = await openSession(open, options);
  const close = async () => {
    const closing = session;
    session = undefined;
    await closing?.end();
  };
  return {
    sample: async (sampleOptions) => {
      session ??= await openSession(open, options);
      const { target } = session;
      try {
        const watched = watchful(session, statementTimeoutMs + 3000);
        const sample = await readSample(watched.session, sampleOptions);
        if (watched.lost() !== undefined) throw watched.lost();
        return sample;
      } catch (error) {
        await close().catch(() => {});
        throw new DatabaseError(`the coordinator ${target} cannot be watched: ${messageOf(error)}`, {
          cause: error,
          hint: 'See whether its server runs and what its log says.',
        });
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

async function openSession(open: OpenSession, options: MonitorOptions): Promise<Connection> {
  const { statementTimeoutMs = 5000, nodeTimeoutMs = 2000 } = options;
  const session = await open({ statementTimeoutMs, connectTimeoutMs: 10_000 });
  // Citus would wait 30 s for each node that is gone, and hides shards from the statistics of their node.
  await session.query(`SET citus.node_connection_timeout = ${Math.ceil(nodeTimeoutMs)}`);
  await session.query('SET citus.override_table_visibility = off');
  await session.query('SET default_transaction_read_only = on');
  await session.query('SET client_min_messages = error');
  // Only superusers may; others find the monitor's own statements among the rest.
  await session.query("SET pg_stat_statements.track = 'none'").catch(() => {});
  return session;
}

/** A session that is given up for good once its server is silent or gone, whoever catches that first. */
function watchful(session: Connection, deadlineMs: number) {
  let lost: unknown;
  const query = async <Row extends object>(sql: string, parameters?: readonly unknown[]) => {
    if (lost !== undefined) throw lost;
    let timer: NodeJS.Timeout | undefined;
    // A server that is frozen heeds no statement timeout.
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer for ${deadlineMs / 1000} s`)), deadlineMs);
    });
    try {
      return await Promise.race([session.query<Row>(sql, parameters), silence]);
    } catch (error) {
      if (!isAnswer(error)) lost = error;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  return { session: { ...session, query }, lost: () => lost };
}

/** Whether the server said it, and goes on: its errors have an SQLSTATE, and class 57P says that it ends. */
function isAnswer(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && !/^(E[A-Z]+|57P..)$/.test(code);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
