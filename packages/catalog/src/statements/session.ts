import type { ConnectCommand } from './connect-command.ts';

/** What SET can change, as far as names are looked up by it. */
interface Settings {
  readonly searchPath: readonly string[];
  /** Who `current_user` is, when the input tells. */
  readonly user: string | undefined;
}

const defaultSearchPath: readonly string[] = ['$user', 'public'];

/** The settings of the session that statements run in. */
export class Session {
  #login: string | undefined;
  #now: Settings;
  #isInTransaction = false;
  /** What holds again when the transaction ends, while SET LOCAL has changed something. */
  #afterwards: Settings | undefined;

  constructor(login?: string) {
    this.#login = login;
    this.#now = { searchPath: defaultSearchPath, user: login };
  }

  /** The schemas names are looked up in, `"$user"` replaced; they need not exist. */
  get searchPath(): readonly string[] {
    const { searchPath, user } = this.#now;
    return searchPath.flatMap((name) => (name !== '$user' ? [name] : user === undefined ? [] : [user]));
  }

  get user(): string | undefined {
    return this.#now.user;
  }

  /** Changes settings; `local` ones last until the transaction ends (without one, a runner's is assumed). */
  set(change: Partial<Settings>, isLocal = false): void {
    if (isLocal && this.#isInTransaction) this.#afterwards ??= this.#now;
    else if (this.#afterwards !== undefined) this.#afterwards = { ...this.#afterwards, ...change };
    this.#now = { ...this.#now, ...change };
  }

  /** Forgets all settings, or one of them. */
  reset(which: 'all' | 'searchPath' | 'user', isLocal = false): void {
    const initial = { searchPath: defaultSearchPath, user: this.#login };
    // RESET ALL leaves the role alone.
    this.set(which === 'user' ? { user: initial.user } : { searchPath: initial.searchPath }, isLocal);
  }

  /** Schemas put in front while a function runs (CREATE SCHEMA with elements). */
  within<T>(schema: string, run: () => T): T {
    const before = this.#now;
    this.#now = { ...before, searchPath: [schema, ...before.searchPath] };
    try {
      return run();
    } finally {
      this.#now = before;
    }
  }

  /** A new session of the same client, as `\connect` starts one. */
  connect({ user }: ConnectCommand): void {
    this.#login = user ?? this.#login;
    this.#now = { searchPath: defaultSearchPath, user: this.#login };
    this.#isInTransaction = false;
    this.#afterwards = undefined;
  }

  begin(): void {
    this.#isInTransaction = true;
  }

  end(): void {
    this.#isInTransaction = false;
    this.#now = this.#afterwards ?? this.#now;
    this.#afterwards = undefined;
  }
}
