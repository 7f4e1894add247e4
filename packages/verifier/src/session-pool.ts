import { type Context, InterruptedError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';

/** A few sessions of one server, opened when they are needed; who comes too late waits in line. */
export class SessionPool implements AsyncDisposable {
  readonly #open: () => Promise<Connection>;
  readonly #size: number;
  readonly #signal: AbortSignal;
  readonly #idle: Connection[] = [];
  readonly #all: Connection[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  readonly #stop = (): void => {
    // Only the end of its session stops a query that runs.
    for (const connection of this.#all) connection.destroy();
  };

  constructor(size: number, open: () => Promise<Connection>, { signal }: Context) {
    this.#size = size;
    this.#open = open;
    this.#signal = signal;
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** Runs work in a session of its own. Throws {@link InterruptedError} once the context is cancelled. */
  async run<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    while (this.#taken >= this.#size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken++;
    try {
      const connection = this.#idle.pop() ?? (await this.#another());
      try {
        this.#refuseWhenStopped();
        return await work(connection);
      } finally {
        this.#idle.push(connection);
      }
    } catch (error) {
      this.#refuseWhenStopped();
      throw error;
    } finally {
      this.#taken--;
      this.#waiting.shift()?.();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    if (this.#signal.aborted) return;
    await Promise.all(this.#all.map((connection) => connection.end().catch(() => {})));
  }

  async #another(): Promise<Connection> {
    this.#refuseWhenStopped();
    const connection = await this.#open();
    this.#all.push(connection);
    return connection;
  }

  #refuseWhenStopped(): void {
    if (this.#signal.aborted) throw new InterruptedError('stopped while comparing rows');
  }
}
