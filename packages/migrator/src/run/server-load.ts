import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/** How busy a server is without us. */
export interface ServerLoad {
  /** `user@host:port/database`. */
  readonly server: string;
  /** How far its furthest replica is behind. */
  readonly lagSeconds: number;
  /** Statements of others at work, those that wait for locks not counted: they may wait for ours. */
  readonly othersActive: number;
}

/** Looks at one server with a session that it keeps, and replaces when it is lost. */
export class ServerWatch implements AsyncDisposable {
  readonly #url: string;
  readonly #migration: string;
  #session: Connection | undefined;

  constructor(url: string, migration: string) {
    this.#url = url;
    this.#migration = migration;
  }

  /** `undefined` where the server does not answer: that is the trouble of those who work there, and they tell it. */
  async look(): Promise<ServerLoad | undefined> {
    try {
      this.#session ??= await openSession(this.#url, this.#migration);
      const [row] = await this.#session.query<{ lag: number; others: number }>(loadSql);
      return { server: this.#session.target, lagSeconds: row?.lag ?? 0, othersActive: row?.others ?? 0 };
    } catch {
      this.#session?.destroy();
      this.#session = undefined;
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.end().catch(() => {});
  }
}

// The lag is NULL for a replica that has all, and for who may not see it.
const loadSql = `
  SELECT coalesce((SELECT max(extract(epoch FROM replay_lag)) FROM pg_stat_replication), 0)::float8 AS lag,
         (SELECT count(*) FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()
            AND wait_event_type IS DISTINCT FROM 'Lock'
            AND application_name !~ '^(shardwright|citus_)')::int AS others`;
