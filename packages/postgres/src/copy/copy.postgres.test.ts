import { testDatabase } from '@shardwright/testing';
import { expect, test } from 'vitest';
import { type Connection, connect } from '../connect.ts';
import type { CopyMessages } from './message-cutter.ts';

const database = testDatabase();

/** The rows' own bytes, without the protocol's headers. */
function payloads({ bytes, start, end }: CopyMessages): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = start; at < end; ) {
    const next = at + 1 + bytes.readUInt32BE(at + 1);
    found.push(bytes.subarray(at + 5, next));
    at = next;
  }
  return found;
}

async function readAll(connection: Connection, sql: string): Promise<{ rows: number; text: string }> {
  const parts: Buffer[] = [];
  const rows = await connection.copyOut(sql, (messages) => {
    parts.push(...payloads(messages).map((part) => Buffer.from(part)));
    return undefined;
  });
  return { rows, text: Buffer.concat(parts).toString() };
}

test('each message of a COPY is a row, and the session goes on after it', async () => {
  await using connection = await connect(database.url);
  const copy = "COPY (SELECT g, repeat('x', g % 300) FROM generate_series(1, 50000) g) TO STDOUT";
  const { rows, text } = await readAll(connection, copy);
  expect(rows).toBe(50_000);
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(50_000);
  expect(lines[298]).toBe(`299\t${'x'.repeat(299)}`);
  expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a row that is larger than every piece of the answer arrives whole', async () => {
  await using connection = await connect(database.url);
  const { rows, text } = await readAll(connection, "COPY (SELECT repeat('y', 30000000)) TO STDOUT");
  expect([rows, text.length]).toEqual([1, 30_000_001]);
});

test('an empty answer and notices in between are no rows', async () => {
  await using connection = await connect(database.url);
  await connection.query(
    `CREATE FUNCTION pg_temp.loud(n int) RETURNS int LANGUAGE plpgsql AS
     $$ BEGIN RAISE NOTICE 'row %', n; RETURN n; END $$`,
  );
  expect(await readAll(connection, 'COPY (SELECT 1 WHERE false) TO STDOUT')).toEqual({ rows: 0, text: '' });
  const { rows, text } = await readAll(
    connection,
    'COPY (SELECT pg_temp.loud(g) FROM generate_series(1, 3) g) TO STDOUT',
  );
  expect([rows, text]).toEqual([3, '1\n2\n3\n']);
});

test('a query that fails among its rows fails, and the session goes on', async () => {
  await using connection = await connect(database.url);
  await expect(
    readAll(connection, 'COPY (SELECT 1 / (g - 40000) FROM generate_series(1, 50000) g) TO STDOUT'),
  ).rejects.toThrow('division by zero');
  expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test("a receiver's failure is thrown when the rows are over, and the session goes on", async () => {
  await using connection = await connect(database.url);
  const sql = 'COPY (SELECT g FROM generate_series(1, 100000) g) TO STDOUT';
  for (const fail of [
    () => {
      throw new RangeError('no room');
    },
    () => Promise.reject(new RangeError('no room')),
  ]) {
    await expect(connection.copyOut(sql, fail)).rejects.toThrow(RangeError);
    expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }
});

test('a receiver that waits is sent nothing meanwhile', async () => {
  await using connection = await connect(database.url);
  let busy = false;
  let overlaps = 0;
  let received = 0;
  await connection.query(
    `CREATE FUNCTION pg_temp.at_times_loud(n int) RETURNS int LANGUAGE plpgsql AS
     $$ BEGIN IF n % 7 = 0 THEN RAISE NOTICE 'row %', n; END IF; RETURN n; END $$`,
  );
  await connection.copyOut(
    "COPY (SELECT repeat('z', 1000 + 0 * pg_temp.at_times_loud(g)) FROM generate_series(1, 20000) g) TO STDOUT",
    ({ start, end }) => {
      if (busy) overlaps += 1;
      busy = true;
      received += end - start;
      return new Promise((resolve) => {
        setImmediate(() => {
          busy = false;
          resolve();
        });
      });
    },
  );
  expect(overlaps).toBe(0);
  expect(received).toBe(20_000 * (5 + 1001));
});

test.each(['text', 'binary'])('rows in %s pass from one server to another as they are', async (format) => {
  await using from = await connect(database.url);
  await using to = await connect(database.url);
  await to.query('DROP TABLE IF EXISTS copied; CREATE TABLE copied (id int, note text, at timestamptz)');
  const copy = await to.copyIn(`COPY copied FROM STDIN (FORMAT ${format})`);
  const select = "SELECT g, repeat('ä', g % 50), 'epoch'::timestamptz + g * interval '1 s'";
  const sent = await from.copyOut(
    `COPY (${select} FROM generate_series(1, 100000) g) TO STDOUT (FORMAT ${format})`,
    (messages) => copy.writeMessages(messages),
  );
  expect([sent, await copy.end()]).toEqual([100_000, 100_000]);
  const [left] = await to.query<{ differing: string }>(
    `SELECT count(*) AS differing FROM (SELECT * FROM copied EXCEPT ${select} FROM generate_series(1, 100000) g) d`,
  );
  expect(left?.differing).toBe('0');
});

test('rows that are written in pieces arrive; an abandoned COPY leaves none', async () => {
  await using connection = await connect(database.url);
  await connection.query('DROP TABLE IF EXISTS pieces; CREATE TABLE pieces (a int, b text)');
  const copy = await connection.copyIn('COPY pieces FROM STDIN');
  for (const piece of ['1\to', 'ne\n2\t', 'two\n']) await copy.write(Buffer.from(piece));
  expect(await copy.end()).toBe(2);
  const other = await connection.copyIn('COPY pieces FROM STDIN');
  await other.write(Buffer.from('3\tthree\n'));
  await other.abandon('changed our mind');
  expect(await connection.query('SELECT a, b FROM pieces ORDER BY a')).toEqual([
    { a: 1, b: 'one' },
    { a: 2, b: 'two' },
  ]);
});

test('rows that the server refuses fail where they are written or ended, and the session goes on', async () => {
  await using connection = await connect(database.url);
  await connection.query('DROP TABLE IF EXISTS strict; CREATE TABLE strict (a int)');
  const copy = await connection.copyIn('COPY strict FROM STDIN');
  const rows = Buffer.from('no number\n'.repeat(100_000));
  const sending = async (): Promise<void> => {
    for (let part = 0; part < 100; part++) await copy.write(rows);
    await copy.end();
  };
  await expect(sending()).rejects.toThrow('invalid input syntax for type integer');
  expect(await connection.query('SELECT count(*)::int AS n FROM strict')).toEqual([{ n: 0 }]);
  await expect(connection.copyIn('COPY missing FROM STDIN')).rejects.toThrow('does not exist');
});

test('a session that the server ends during a COPY fails it', async () => {
  await using killer = await connect(database.url);
  const victim = await connect(database.url);
  await victim.query('DROP TABLE IF EXISTS doomed; CREATE TABLE doomed (a text)');
  const [row] = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const copy = await victim.copyIn('COPY doomed FROM STDIN');
  await killer.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]);
  const sending = async (): Promise<void> => {
    await copy.write(Buffer.from('lost\n'));
    await copy.end();
  };
  await expect(sending()).rejects.toThrow();
  victim.destroy();
});
