import { userInfo } from 'node:os';
import { DatabaseError } from '@shardwright/core';
import { Client, type ClientConfig, defaults } from 'pg';
import { CopyInQuery } from './copy/copy-in.ts';
import { CopyOutQuery, type TakeMessages } from './copy/copy-out.ts';
import type { CopyMessages } from './copy/message-cutter.ts';
import { connectFailure, queryFailure } from './failure.ts';

/** Where a server is; what is absent is taken from the PG* environment variables, as psql does. */
export interface ConnectionConfig {
  /** Host name, address, or the directory of a unix socket. */
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

/** What a connection is for and how long it may wait. */
export interface ConnectOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Longest run of one statement; 0 or absent: no limit. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for the connection itself. */
  readonly connectTimeoutMs?: number;
  /** Hears what the server says besides answers, at or above the session's `client_min_messages`. */
  readonly onNotice?: (notice: ServerNotice) => void;
}

/** A message of the server that is not an answer. */
export interface ServerNotice {
  /** `NOTICE`, `WARNING`, `DEBUG`, … */
  readonly severity: string;
  readonly message: string;
}

/** One session on a server. Not a pool: statements run one after another. */
export interface Connection extends AsyncDisposable {
  /** `user@host:port/database`, never with a password. */
  readonly target: string;
  /**
   * Rows of one statement; `bigint` and `numeric` come as strings. Text without a list of parameters may hold
   * several statements; with one, even an empty one, the server refuses them. Throws {@link DatabaseError}.
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly Row[]>;
  /**
   * Reads one `COPY … TO STDOUT` off the socket and gives the number of its rows. Where `take` fails, what is left is
   * passed over and its error thrown. Throws {@link DatabaseError}.
   */
  copyOut(sql: string, take: TakeMessages): Promise<number>;
  /** Begins one `COPY … FROM STDIN`. Throws {@link DatabaseError}, as do the methods of what it gives. */
  copyIn(sql: string): Promise<CopyInput>;
  end(): Promise<void>;
  /** Drops the session at once, whatever it does; the server ends a transaction that is open without effect. */
  destroy(): void;
}

/** A `COPY … FROM STDIN` that waits for rows. */
export interface CopyInput {
  /** Sends rows in the format of the COPY, cut anywhere. A promise that it gives is to be awaited before more is sent. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Passes on rows of another server's COPY as they came. */
  writeMessages(messages: CopyMessages): Promise<void> | undefined;
  /** Ends the rows, and gives how many the server took. */
  end(): Promise<number>;
  /** Makes the server refuse the whole COPY, with a reason for its log. */
  abandon(reason: string): Promise<void>;
}

/**
 * Opens a session on the server that a `postgres://` URL or a config names; `sslmode` and the other URL
 * parameters mean what they mean to psql. Throws {@link DatabaseError} with a hint when that fails.
 */
export async function connect(
  target: string | ConnectionConfig,
  options: ConnectOptions = {},
): Promise<Connection> {
  const client = createClient(target, options);
  const name = `${client.user}@${client.host}:${client.port}/${client.database}`;
  // Without a listener, a server that goes away between two statements would end the process.
  client.on('error', () => {});
  const { onNotice } = options;
  if (onNotice) {
    client.on('notice', ({ severity = 'NOTICE', message = '' }) => onNotice({ severity, message }));
  }
  try {
    await client.connect();
    // Set by a statement and not at start-up, where pgbouncer refuses parameters that it does not know.
    if (options.statementTimeoutMs)
      await client.query(`SET statement_timeout = ${options.statementTimeoutMs}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw connectFailure(error, { name, host: client.host, port: client.port });
  }
  const end = () => client.end();
  const explained = async <Result>(answer: Promise<Result>): Promise<Result> => {
    try {
      return await answer;
    } catch (error) {
      throw queryFailure(error, name);
    }
  };
  return {
    target: name,
    query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) => {
      const statement = parameters
        ? { text: sql, values: [...parameters], queryMode: 'extended' }
        : { text: sql };
      return (await explained(client.query<Row>(statement))).rows;
    },
    copyOut: async (sql, take) => {
      const { rows, failure } = await explained(client.query(new CopyOutQuery(sql, take)).finished);
      if (failure) throw failure.error;
      return rows;
    },
    copyIn: async (sql) => {
      const copy = client.query(new CopyInQuery(sql));
      await explained(copy.asked);
      const explainedIfAny = (wait: Promise<void> | undefined) => wait && explained(wait);
      return {
        write: (bytes) => explainedIfAny(copy.write(bytes)),
        writeMessages: (messages) => explainedIfAny(copy.writeMessages(messages)),
        end: () => explained(copy.end()),
        abandon: (reason) => copy.abandon(reason),
      };
    },
    destroy: () => client.connection.stream.destroy(),
    end,
    [Symbol.asyncDispose]: end,
  };
}

function createClient(target: string | ConnectionConfig, options: ConnectOptions): Client {
  defaults.user ??= operatingSystemUser();
  const shared: ClientConfig = {
    application_name: options.applicationName ?? 'shardwright',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 15_000,
  };
  if (typeof target !== 'string') return new Client({ ...shared, ...target });
  if (!/^postgres(ql)?:\/\//.test(target)) {
    // The text is not repeated: whatever it is, it may hold a password.
    throw new DatabaseError('what should name a database server is not a connection URL', {
      hint: 'Write it as postgres://user:password@host:5432/database.',
    });
  }
  try {
    return new Client({ ...shared, connectionString: withLibpqSslModes(target) });
  } catch (error) {
    // An invalid URL's error repeats the URL, password included; a file's error (sslrootcert) does not.
    const invalid = error instanceof TypeError || error instanceof URIError;
    throw new DatabaseError(
      `the connection URL cannot be used${invalid || !(error instanceof Error) ? '' : `: ${error.message}`}`,
      { hint: 'Percent-encode special characters of the user name and password, e.g. @ as %40.' },
    );
  }
}

/** As libpq does where no name is given; the driver knows $USER only, which cron and containers do not set. */
function operatingSystemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number without a name.
    return undefined;
  }
}

/** By default the driver reads `sslmode=require` as `verify-full`; psql, and everyone's URLs, mean libpq's. */
function withLibpqSslModes(url: string): string {
  if (/[?&]uselibpqcompat=/.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}uselibpqcompat=true`;
}
