import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '@shardwright/core';
import { type ServerLoad, ServerWatch } from './server-load.ts';

/** What the servers bear beside a load. */
export interface ThrottleLimits {
  /** How far a replica of a server may fall behind; Infinity: any. */
  readonly replicaLagSeconds?: number;
  /** How many statements of others may be at work on one server; Infinity: any. */
  readonly othersActive?: number;
}

/** Whom a throttle looks at, and for whom. */
export interface ThrottleSurroundings {
  /** URLs of the source and of every node that is written to. */
  readonly servers: readonly string[];
  readonly migration: string;
  /** Jobs that work at once where nothing speaks against it. */
  readonly jobs: number;
}

/** Where nobody gave a limit; a server that was busier before the load began may have twice that. */
const standard: Required<ThrottleLimits> = { replicaLagSeconds: 30, othersActive: 32 };
const lookEveryMs = 1000;

/** Why fewer jobs than could are at work. */
interface Complaint {
  readonly reason: string;
  /** Jobs that go on nevertheless: what nobody asked for must not stop a load. */
  readonly least: number;
}

/**
 * Lets so many jobs work at once as the servers bear: half as many whenever one of them is over a limit, and one more
 * after each look that finds all below. A limit that was given brings them down to none, a standard one to one.
 */
export class Throttle implements AsyncDisposable {
  readonly #jobs: number;
  readonly #limits: ThrottleLimits;
  readonly #context: Context;
  readonly #watches: readonly ServerWatch[];
  /** Of each server at the first look. */
  readonly #before = new Map<ServerWatch, ServerLoad>();
  readonly #stop = new AbortController();
  #allowed: number;
  #reason: string | undefined;
  #working = 0;
  #waiting: (() => void)[] = [];
  #looking: Promise<void> = Promise.resolve();

  /** Looks once before the first job: a server may be over a limit that was given already. */
  static async start(
    surroundings: ThrottleSurroundings,
    limits: ThrottleLimits,
    context: Context,
  ): Promise<Throttle> {
    const throttle = new Throttle(surroundings, limits, context);
    if (throttle.#watches.length === 0) return throttle;
    await throttle.#look();
    throttle.#looking = throttle.#keepLooking();
    return throttle;
  }

  private constructor(
    { servers, migration, jobs }: ThrottleSurroundings,
    limits: ThrottleLimits,
    context: Context,
  ) {
    const { replicaLagSeconds, othersActive } = limits;
    const isOff = [replicaLagSeconds, othersActive].every((limit) => limit === Number.POSITIVE_INFINITY);
    this.#watches = isOff ? [] : servers.map((url) => new ServerWatch(url, migration));
    this.#jobs = jobs;
    this.#allowed = jobs;
    this.#limits = limits;
    this.#context = context;
  }

  /** Jobs that may be at work now. */
  get allowed(): number {
    return this.#allowed;
  }

  /** Passes events on; progress says what holds jobs back as long as something does. */
  get context(): Context {
    const { emit } = this.#context;
    return {
      ...this.#context,
      emit: (event) => {
        const slowedBy = this.#slowedBy();
        emit(event.kind !== 'progress' || slowedBy === undefined ? event : { ...event, slowedBy });
      },
    };
  }

  /** Does the work once there is room for it. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { signal } = this.#context;
    while (this.#working >= this.#allowed) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    signal.throwIfAborted();
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
      this.#wake();
    }
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stop;
    const wake = (): void => this.#wake();
    this.#context.signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        await delay(lookEveryMs, undefined, { signal }).catch(() => {});
        if (!signal.aborted) await this.#look();
        this.#wake();
      }
    } finally {
      this.#context.signal.removeEventListener('abort', wake);
      await Promise.all(this.#watches.map((watch) => watch[Symbol.asyncDispose]()));
    }
  }

  async #look(): Promise<void> {
    const found = await Promise.all(
      this.#watches.map(async (watch) => {
        const load = await watch.look();
        if (load === undefined) return undefined;
        if (!this.#before.has(watch)) this.#before.set(watch, load);
        return complaint(load, this.#before.get(watch) ?? load, this.#limits);
      }),
    );
    // The strictest counts.
    const [worst] = found.flatMap((one) => one ?? []).sort((a, b) => a.least - b.least);
    const before = this.#allowed;
    this.#reason = worst?.reason;
    this.#allowed =
      worst === undefined ? Math.min(this.#jobs, before + 1) : Math.max(worst.least, Math.floor(before / 2));
    this.#tell(before);
  }

  /** Where it begins, reaches its end and is over; not each step on the way. */
  #tell(before: number): void {
    const { emit } = this.#context;
    if (this.#allowed === before) return;
    if (this.#allowed === this.#jobs) {
      emit({
        kind: 'warning',
        message: `the servers are below their limits: ${this.#share()} ${this.#jobs === 1 ? 'is' : 'are'} at work again`,
      });
    } else if (this.#reason !== undefined && (before === this.#jobs || this.#allowed <= 1)) {
      emit({ kind: 'warning', message: `${this.#reason}: down to ${this.#share()}` });
    }
  }

  #slowedBy(): string | undefined {
    if (this.#allowed === this.#jobs) return undefined;
    return this.#reason === undefined ? this.#share() : `${this.#share()}, as ${this.#reason}`;
  }

  #share(): string {
    return `${this.#allowed} of ${this.#jobs} ${this.#jobs === 1 ? 'job' : 'jobs'}`;
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

function complaint(now: ServerLoad, before: ServerLoad, limits: ThrottleLimits): Complaint | undefined {
  const isOver = (of: keyof ThrottleLimits, value: number, first: number): Complaint['least'] | undefined => {
    const given = limits[of];
    const limit = given ?? Math.max(standard[of], 2 * first);
    return value > limit ? (given === undefined ? 1 : 0) : undefined;
  };
  const lagging = isOver('replicaLagSeconds', now.lagSeconds, before.lagSeconds);
  const busy = isOver('othersActive', now.othersActive, before.othersActive);
  if (lagging !== undefined && (busy === undefined || lagging <= busy)) {
    return { reason: `a replica of ${now.server} is ${Math.round(now.lagSeconds)} s behind`, least: lagging };
  }
  if (busy === undefined) return undefined;
  return { reason: `${now.othersActive} statements of others are at work on ${now.server}`, least: busy };
}
