import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/** What the servers bear beside a load. */
export interface ThrottleLimits {
  /** How far a replica of the source or of a node may fall behind. */
  readonly replicaLagSeconds: number;
  /** How many statements of others may be at work on one server; absent: any number. */
  readonly othersActive?: number;
}

/** How busy a server is without us. */
interface ServerLoad {
  readonly lagSeconds: number;
  readonly othersActive: number;
}

const lookEveryMs = 1000;

/**
 * Lets so many jobs work at once as the servers bear: half as many whenever one of them is over its limit, down to
 * none, and one more after each look that finds all below.
 */
export class Throttle implements AsyncDisposable {
  readonly #jobs: number;
  readonly #limits: ThrottleLimits;
  readonly #context: Context;
  readonly #stop = new AbortController();
  #allowed: number;
  #working = 0;
  #waiting: (() => void)[] = [];
  #looking: Promise<void> = Promise.resolve();

  /** @param servers URLs of the source and of every node that is written to. */
  static async start(
    servers: readonly string[],
    jobs: number,
    limits: ThrottleLimits,
    context: Context,
  ): Promise<Throttle> {
    const throttle = new Throttle(jobs, limits, context);
    const sessions: Connection[] = [];
    try {
      for (const url of servers) sessions.push(await openSession(url));
      // Before the first job: a server may be over its limit already.
      await throttle.#look(sessions);
    } catch (error) {
      await Promise.all(sessions.map((session) => session.end().catch(() => {})));
      throw error;
    }
    throttle.#looking = throttle.#keepLooking(sessions);
    return throttle;
  }

  private constructor(jobs: number, limits: ThrottleLimits, context: Context) {
    this.#jobs = jobs;
    this.#allowed = jobs;
    this.#limits = limits;
    this.#context = context;
  }

  /** Jobs that may be at work now. */
  get allowed(): number {
    return this.#allowed;
  }

  /** Does the work once there is room for it. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#working >= this.#allowed) {
      this.#context.signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#context.signal.throwIfAborted();
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
      this.#wake();
    }
  }

  async #keepLooking(sessions: readonly Connection[]): Promise<void> {
    const { signal } = this.#stop;
    const wake = (): void => this.#wake();
    this.#context.signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        await delay(lookEveryMs, undefined, { signal }).catch(() => {});
        // A server that does not answer is the jobs' trouble, which they tell.
        if (!signal.aborted) await this.#look(sessions).catch(() => {});
        this.#wake();
      }
    } finally {
      this.#context.signal.removeEventListener('abort', wake);
      await Promise.all(sessions.map((session) => session.end().catch(() => {})));
    }
  }

  async #look(sessions: readonly Connection[]): Promise<void> {
    const complaints = await Promise.all(
      sessions.map(async (session) => complaint(session.target, await readLoad(session), this.#limits)),
    );
    const reason = complaints.find((one) => one !== undefined);
    const before = this.#allowed;
    this.#allowed = reason === undefined ? Math.min(this.#jobs, before + 1) : Math.floor(before / 2);
    if (this.#allowed === before) return;
    const jobs = `${this.#allowed} of ${this.#jobs} jobs`;
    if (reason !== undefined) this.#context.emit({ kind: 'warning', message: `${reason}: down to ${jobs}` });
    else if (this.#allowed === this.#jobs) {
      this.#context.emit({ kind: 'warning', message: 'the servers are below their limits: all jobs go on' });
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }
}

function complaint(
  server: string,
  { lagSeconds, othersActive }: ServerLoad,
  limits: ThrottleLimits,
): string | undefined {
  if (lagSeconds > limits.replicaLagSeconds) {
    return `a replica of ${server} is ${Math.round(lagSeconds)} s behind`;
  }
  if (limits.othersActive !== undefined && othersActive > limits.othersActive) {
    return `${othersActive} statements of others are at work on ${server}`;
  }
  return undefined;
}

async function readLoad(session: Connection): Promise<ServerLoad> {
  const [row] = await session.query<{ lag: number; others: number }>(
    `SELECT coalesce((SELECT max(extract(epoch FROM replay_lag)) FROM pg_stat_replication), 0)::float8 AS lag,
            (SELECT count(*) FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()
               AND application_name !~ '^(shardwright|citus_)')::int AS others`,
  );
  return { lagSeconds: row?.lag ?? 0, othersActive: row?.others ?? 0 };
}
