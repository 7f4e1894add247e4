import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspectInstallation, type PostgresServer, startPostgres } from '@shardwright/cluster';
import { DatabaseError } from '@shardwright/core';
import { testDatabase } from '@shardwright/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Connection, connect, type ServerNotice } from './connect.ts';
import { errorCode } from './failure.ts';

const database = testDatabase();
const password = 'pa55-word';

// A server with TCP, passwords and few connections: what refuses people in practice.
let strict: PostgresServer;
let address = '';
let unusedPort = 0;

beforeAll(async () => {
  const installation = await inspectInstallation(inject('postgresBin') ?? '');
  if (!installation) throw new Error('the postgres tier runs without a local PostgreSQL');
  const port = await freePort();
  unusedPort = await freePort();
  strict = await startPostgres({
    installation,
    settings: { listen_addresses: '127.0.0.1', port, max_connections: 8 },
    // Without a certificate the server ignores the hostssl line, and then has none for that user.
    accessRules: [
      'host all known 127.0.0.1/32 scram-sha-256',
      'hostssl all encrypted 127.0.0.1/32 scram-sha-256',
      'host all encrypted 127.0.0.1/32 reject',
    ],
  });
  address = `127.0.0.1:${port}`;
  await using connection = await connect(strict.url());
  await connection.query(`CREATE ROLE known LOGIN PASSWORD '${password}'`);
  await connection.query('CREATE ROLE encrypted LOGIN');
});

afterAll(async () => {
  await strict?.[Symbol.asyncDispose]();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function failureOf(attempt: Promise<unknown>): Promise<DatabaseError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DatabaseError)) throw new Error(`expected a DatabaseError, got ${String(error)}`);
  expect(`${error.message} ${error.hint}`).not.toContain(password);
  return error;
}

test('a query gives its rows, with parameters as values', async () => {
  await using connection = await connect(database.url, { applicationName: 'a test' });
  expect(
    await connection.query("SELECT $1::text AS given, current_setting('application_name') AS name", ["it's"]),
  ).toEqual([{ given: "it's", name: 'a test' }]);
});

test('with a list of parameters, even an empty one, text is a single statement', async () => {
  await using connection = await connect(database.url);
  await connection.query('SELECT 1; SELECT 2');
  const error = await failureOf(connection.query('SELECT 1; SELECT 2', []));
  expect(error.message).toContain('cannot insert multiple commands');
});

test('a statement that runs longer than its limit is cancelled', async () => {
  await using connection = await connect(database.url, { statementTimeoutMs: 20 });
  const error = await failureOf(connection.query('SELECT pg_sleep(60)'));
  expect(errorCode(error)).toBe('57014');
  expect(error.hint).toContain('timeout');
});

test("a failed statement tells the server's message and code, and where it ran", async () => {
  await using connection = await connect(database.url);
  const error = await failureOf(connection.query('SELECT * FROM no_such_table'));
  expect(error.message).toContain('relation "no_such_table" does not exist');
  expect(error.message).toContain(database.name);
  expect(errorCode(error)).toBe('42P01');
});

test('what the server says besides its answer is heard', async () => {
  const heard: ServerNotice[] = [];
  await using connection = await connect(database.url, { onNotice: (notice) => heard.push(notice) });
  await connection.query("DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$");
  expect(heard).toEqual([{ severity: 'WARNING', message: 'mind the gap' }]);
});

test('a session that the server ends fails at its next statement, not the process', async () => {
  await using victim = await connect(database.url);
  await using killer = await connect(database.url);
  const [row] = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await killer.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]);
  await failureOf(victim.query('SELECT 1'));
});

test.each([
  [
    'a refused connection',
    () => `postgres://known:${password}@127.0.0.1:${unusedPort}/x`,
    /refused/,
    /listen/,
  ],
  [
    'an unknown host',
    () => `postgres://known:${password}@no-such-host.invalid/x`,
    /unknown host/,
    /host name/,
  ],
  ['a missing socket', () => `postgres://known:${password}@%2Fnowhere/x`, /no such socket/, /\/nowhere/],
  [
    'a wrong password',
    () => `postgres://known:${password}x@${address}/postgres`,
    /authentication/,
    /PGPASSWORD/,
  ],
  ['no password', () => `postgres://known@${address}/postgres`, /asks for a password/, /PGPASSWORD/],
  ['an unknown database', () => `postgres://known:${password}@${address}/x`, /"x" does not exist/, /psql -l/],
  ['a server that wants SSL', () => `postgres://encrypted@${address}/postgres`, /pg_hba/, /sslmode=require/],
  ['no SSL', () => `postgres://known:${password}@${address}/x?sslmode=require`, /SSL/, /sslmode=disable/],
  ['a broken URL', () => `postgres://known:${password}@[::1/x`, /cannot be used/, /Percent-encode/],
  ['no URL', () => `host=localhost password=${password}`, /not a connection URL/, /postgres:\/\//],
])('%s is explained', async (_name, url, message, hint) => {
  const error = await failureOf(connect(url()));
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

test('a server without a free connection is explained', async () => {
  const opened: Connection[] = [];
  try {
    const fillUp = async () => {
      while (opened.length < 20) {
        opened.push(await connect(`postgres://known:${password}@${address}/postgres`));
      }
    };
    const error = await failureOf(fillUp());
    expect(errorCode(error)).toBe('53300');
    expect(error.hint).toContain('max_connections');
  } finally {
    await Promise.all(opened.map((connection) => connection.end()));
  }
});

test('after the server has ended a session, the next statement says that the connection was lost', async () => {
  await using other = await database.connect();
  const session = await database.connect();
  const [own] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await other.query('SELECT pg_terminate_backend($1)', [own?.pid]);
  await expect(session.query('SELECT 1')).rejects.toThrow();
  await expect(session.query('SELECT 1')).rejects.toMatchObject({
    message: expect.stringMatching(/: the connection was lost$/),
    hint: expect.stringContaining('see its log'),
  });
  session.destroy();
});
