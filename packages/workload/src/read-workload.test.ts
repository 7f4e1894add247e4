import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError, InterruptedError, type ProgressEvent, quietContext } from '@shardwright/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workload } from './index.ts';
import { mergeWorkloads, readWorkload } from './index.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'workload-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function fileOf(content: string | Buffer, name = 'input'): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, content);
  return file;
}

async function read(content: string | Buffer): Promise<Workload> {
  return readWorkload({ path: await fileOf(content) }, quietContext());
}

async function refusal(content: string | Buffer): Promise<InputError> {
  const error = await read(content).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, got ${String(error)}`);
  return error;
}

const brief = ({ queries }: Workload) =>
  queries.map(({ sql, calls, totalTimeMs }) => [sql, calls, totalTimeMs]);

describe('pg_stat_statements as CSV', () => {
  test('columns may stand in any order and under the names of any version', async () => {
    const old = await read('total_time,query,rows,calls\n12.5,SELECT * FROM t WHERE a = $1,3,10\n');
    expect(old.queries).toMatchObject([{ calls: 10, totalTimeMs: 12.5, rows: 3 }]);
    const current = await read(
      'queryid,query,calls,total_exec_time\n-1,SELECT * FROM t WHERE a = $1,10,12.5\n',
    );
    expect(current.queries).toMatchObject([{ calls: 10, totalTimeMs: 12.5 }]);
    expect(current.queries[0]).not.toHaveProperty('rows');
    expect(current.queries[0]?.fingerprint).toBe(old.queries[0]?.fingerprint);
  });

  test('a mean time stands in for a missing total', async () => {
    expect(brief(await read('calls,mean_exec_time,query\n4,2.5,SELECT a FROM t\n'))).toEqual([
      ['SELECT a FROM t', 4, 10],
    ]);
  });

  test('semicolons and tabs separate as well as commas, and a byte order mark does no harm', async () => {
    expect(brief(await read('\uFEFFquery;calls\r\n"SELECT a, b FROM t";4\r\n'))).toEqual([
      ['SELECT a, b FROM t', 4, undefined],
    ]);
    expect(brief(await read('query\tcalls\nSELECT a, b FROM t\t4\n'))).toEqual([
      ['SELECT a, b FROM t', 4, undefined],
    ]);
  });

  test('the same query of two users is one entry', async () => {
    const workload = await read(
      'userid,query,calls,total_exec_time,rows\n10,SELECT a FROM t WHERE b = $1,2,1.5,2\n11,select a from t where b = $1,3,2,4\n',
    );
    expect(workload.queries).toMatchObject([
      { sql: 'SELECT a FROM t WHERE b = $1', calls: 5, totalTimeMs: 3.5, rows: 6, source: { line: 2 } },
    ]);
  });

  test('tables of the application that only sound like catalogs are queries', async () => {
    const workload = await read(
      'query,calls\nSELECT a FROM pg_search_documents,3\nSELECT a FROM pg_stat_activity,5\n',
    );
    expect(brief(workload)).toEqual([['SELECT a FROM pg_search_documents', 3, undefined]]);
  });

  test('utility statements, inner statements and questions to the catalogs are counted as ignored', async () => {
    const workload = await read(
      `query,calls,toplevel
BEGIN,4,t
SET search_path = $1,4,t
CREATE TABLE x (a int),1,t
SELECT a INTO x FROM t,1,t
"COPY t (a, b) FROM STDIN",1,t
SELECT relname FROM pg_catalog.pg_class,9,t
SELECT query FROM monitoring.pg_stat_statements,9,t
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,9,t
SELECT a FROM t,1,f
SELECT a FROM t,2,t
`,
    );
    expect(brief(workload)).toEqual([['SELECT a FROM t', 2, undefined]]);
    expect(workload.sources).toMatchObject([{ kind: 'pg_stat_statements', records: 10, ignored: 9 }]);
  });

  test('a cursor and a prepared statement count as their query', async () => {
    const workload = await read(
      'query,calls\nDECLARE c CURSOR FOR SELECT a FROM t WHERE b = $1,3\nPREPARE p AS SELECT a FROM t WHERE b = $1,4\nFETCH ALL FROM c,3\n',
    );
    expect(workload.queries.map(({ calls }) => calls)).toEqual([7]);
  });

  test('a text that was cut off is kept as unparsed with its line', async () => {
    const workload = await read(
      'query,calls\nSELECT a FROM t,1\n"SELECT a\nFROM t\nWHERE b = ",7\n<insufficient privilege>,2\n<insufficient privilege>,3\n',
    );
    expect(workload.queries).toHaveLength(1);
    expect(workload.unparsed).toMatchObject([
      {
        sql: 'SELECT a\nFROM t\nWHERE b = ',
        calls: 7,
        message: expect.stringContaining('syntax error'),
        source: { line: 3 },
      },
      { sql: '<insufficient privilege>', calls: 5, source: { line: 6 } },
    ]);
  });

  test('question marks become parameters, the operator of the same name stays', async () => {
    const workload = await read(
      `query,calls
SELECT a FROM t WHERE b = ? AND c>=? LIMIT ?,1
"SELECT a FROM t WHERE doc ? 'é' AND b IN (?, ?)",1
SELECT now() - interval ?,1
`,
    );
    expect(workload.unparsed).toEqual([]);
    expect(workload.queries.map(({ sql }) => sql)).toEqual([
      'SELECT a FROM t WHERE b =  $1 AND c>= $2 LIMIT  $3',
      "SELECT a FROM t WHERE doc ? 'é' AND b IN ( $1,  $2)",
      'SELECT now() - interval  $1',
    ]);
  });

  test('queries that run on one shard stay apart from those over several', async () => {
    const apart = [
      'SELECT a FROM t WHERE b = $1',
      'SELECT a FROM t WHERE b IN ($1, $2)',
      'SELECT a FROM one.t WHERE b = $1',
      'SELECT a FROM two.t WHERE b = $1',
      'INSERT INTO t VALUES ($1)',
      'INSERT INTO t VALUES ($1), ($2)',
      'INSERT INTO one.t VALUES ($1)',
    ];
    const same = [
      'SELECT a FROM t WHERE b IN ($1)',
      'SELECT a FROM t WHERE b IN ($1 /*, ... */)',
      'SELECT a FROM t WHERE b IN ($1, $2, $3)',
    ];
    const workload = await read(
      `query,calls\n${[...apart, ...same].map((sql) => `"${sql}",1`).join('\n')}\n`,
    );
    expect(workload.queries.map(({ calls }) => calls)).toEqual([2, 3, 1, 1, 1, 1, 1]);
  });

  test('a missing or unknown column is told with those found and needed', async () => {
    const missing = await refusal('sql,count,total_time\nSELECT 1,1,1\n');
    expect(missing.message).toContain(':1: column query and calls missing in the workload');
    expect(missing.message).toContain('found sql, count, total_time; needed query and calls');
    expect(missing.exitCode).toBe(2);
    const unknown = await refusal('query,calls,bogus\nSELECT 1,1,1\n');
    expect(unknown.message).toContain(':1: unknown workload column bogus; found query, calls, bogus');
    expect(unknown.hint).toContain('\\copy');
  });

  test('a broken record is told with its line', async () => {
    expect((await refusal('query,calls\nSELECT a FROM t,many\n')).message).toContain(
      ':2: calls is no number: "many"',
    );
    expect((await refusal('query,calls\nSELECT a FROM t,1\nSELECT a, b FROM t,1\n')).message).toContain(
      ':3: a record with more or fewer fields',
    );
    expect((await refusal('query,calls\n"SELECT a FROM t,1\n')).message).toContain('has no end');
  });

  test('several databases in one export are told', async () => {
    const events: ProgressEvent[] = [];
    const file = await fileOf('datname,query,calls\na,SELECT 1,1\nb,SELECT 1,1\n');
    await readWorkload({ path: file }, quietContext({ emit: (event) => events.push(event) }));
    expect(events).toContainEqual({ kind: 'warning', message: expect.stringContaining('2 databases') });
  });
});

describe('csvlog', () => {
  const record = (session: string, message: string, detail = '', extra = ',"client backend",,0') =>
    `2024-05-01 10:00:00.123 UTC,"app","shop",42,"127.0.0.1:5000",${session},1,"SELECT",2024-05-01 09:00:00 UTC,3/4,0,LOG,00000,"${message.replaceAll('"', '""')}","${detail}",,,,,,,,"psql"${extra}\n`;

  test('statements with times are read, and values do not survive', async () => {
    const workload = await read(
      record('s1', "duration: 1.5 ms  statement: SELECT a FROM t WHERE b = 'secret'") +
        record('s2', 'duration: 0.1 ms  parse <unnamed>: SELECT a FROM t WHERE b = $1') +
        record('s2', 'duration: 0.1 ms  bind <unnamed>: SELECT a FROM t WHERE b = $1') +
        record(
          's2',
          'duration: 2.5 ms  execute <unnamed>: SELECT a FROM t WHERE b = $1',
          "parameters: $1 = 'x'",
        ) +
        record('s2', 'connection authorized: user=app') +
        record('s1', 'duration: 1 ms  statement: COMMIT'),
    );
    expect(brief(workload)).toEqual([['SELECT a FROM t WHERE b = $1', 2, 4]]);
    expect(workload.sources).toMatchObject([{ kind: 'csvlog', records: 5, ignored: 3 }]);
  });

  test('a statement and its duration are joined by session', async () => {
    const workload = await read(
      record('s1', 'statement: SELECT a\nFROM t') +
        record('s2', 'execute S_1: SELECT b FROM t') +
        record('s2', 'duration: 3 ms') +
        record('s1', 'duration: 7.25 ms') +
        record('s1', 'statement: SELECT a FROM t') +
        record('s3', 'duration: 9 ms'),
    );
    expect(brief(workload)).toEqual([
      ['SELECT b FROM t', 1, 3],
      ['SELECT a\nFROM t', 2, 7.25],
    ]);
    expect(workload.queries.map(({ source }) => source.line)).toEqual([3, 1]);
  });

  test('further fetches of a portal add time and no calls; EXECUTE counts as what it runs', async () => {
    const workload = await read(
      record('s1', 'duration: 1 ms  execute S_1/C_2: SELECT a FROM t') +
        record('s1', 'duration: 2 ms  execute fetch from S_1/C_2: SELECT a FROM t') +
        record('s1', 'duration: 1 ms  statement: PREPARE p AS SELECT a FROM t') +
        record('s1', 'duration: 4 ms  statement: EXECUTE p', 'prepare: PREPARE p AS SELECT a FROM t'),
    );
    expect(workload.queries).toMatchObject([{ calls: 2, totalTimeMs: 7 }]);
  });

  test('logs of PostgreSQL 12 (23 columns) and 13 (24) are read too', async () => {
    const message = 'duration: 1 ms  statement: SELECT a FROM t';
    expect((await read(record('s1', message, '', ''))).queries).toHaveLength(1);
    expect((await read(record('s1', message, '', ',"client backend"'))).queries).toHaveLength(1);
  });

  test('statements sent together share no time', async () => {
    const workload = await read(
      record('s1', 'duration: 4 ms  statement: SELECT a FROM t; SELECT b FROM t; COMMIT'),
    );
    expect(brief(workload)).toEqual([
      ['SELECT a FROM t', 1, undefined],
      ['SELECT b FROM t', 1, undefined],
    ]);
  });

  test('a log without statements, or in another format, is refused with what to set', async () => {
    expect((await refusal(record('s1', 'checkpoint starting: time'))).hint).toContain(
      'log_min_duration_statement',
    );
    const stderr = await refusal(
      '2024-05-01 10:00:00.123 UTC [42] LOG:  duration: 1 ms  statement: SELECT 1\n',
    );
    expect(stderr.message).toContain('stderr format');
    expect(stderr.hint).toContain("log_destination = 'csvlog'");
    expect((await refusal('{"timestamp":"2024-05-01 10:00:00.123 UTC","pid":1}\n')).message).toContain(
      'JSON format',
    );
    expect(
      (await refusal('May  1 10:00:00 db postgres[42]: [1-1] LOG:  duration: 1 ms\n')).message,
    ).toContain('stderr');
  });
});

describe('.sql files', () => {
  test('comments tell calls and times, above a statement or behind it', async () => {
    const workload = await read(`-- Finds orders.
-- calls: 1200
-- time: 350.5 ms
SELECT * FROM orders
WHERE id = 1;
SELECT a FROM t; -- calls: 7
SELECT b FROM t;
-- calls: 3, time: 4
SELECT c FROM t
`);
    expect(brief(workload)).toEqual([
      ['SELECT * FROM orders\nWHERE id = 1', 1200, 350.5],
      ['SELECT a FROM t', 7, undefined],
      ['SELECT b FROM t', 1, undefined],
      ['SELECT c FROM t', 3, 4],
    ]);
    expect(workload.queries.map(({ source }) => source.line)).toEqual([4, 6, 7, 9]);
  });

  test('one statement that does not parse does not lose the others', async () => {
    const workload = await read('\\timing on\nSELECT a FROM t;\nSELEC b;\n-- calls: 2\nSELECT c FROM t;\n');
    expect(brief(workload)).toEqual([
      ['SELECT a FROM t', 1, undefined],
      ['SELECT c FROM t', 2, undefined],
    ]);
    expect(workload.unparsed).toMatchObject([{ sql: 'SELEC b', source: { line: 3 } }]);
  });

  test('a count that is no number, and a file without statements, are refused', async () => {
    expect((await refusal('SELECT 1;\n-- calls: many\nSELECT a FROM t;\n')).message).toContain(
      ':3: the comment',
    );
    expect((await refusal('-- nothing\n')).message).toContain('holds no statements');
  });
});

describe('files', () => {
  test('gzip is unpacked; broken gzip is told', async () => {
    const packed = gzipSync('query,calls\nSELECT a FROM t,5\n');
    expect(brief(await read(packed))).toEqual([['SELECT a FROM t', 5, undefined]]);
    expect((await refusal(packed.subarray(0, packed.length - 12))).message).toContain('broken or cut off');
  });

  test('what cannot be a workload is refused with its reason', async () => {
    expect((await refusal('')).message).toContain('is empty');
    expect((await refusal(Buffer.from('PGDMP\u0001\u0000'))).message).toContain('binary');
    expect((await refusal(Buffer.from('\uFEFFquery,calls\n', 'utf16le'))).message).toContain('UTF-16');
    expect((await refusal(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2]))).hint).toContain('zstd -d');
    const missing = readWorkload({ path: path.join(directory, 'missing') }, quietContext());
    await expect(missing).rejects.toThrow(/missing: no such file/);
    await expect(readWorkload({ path: directory }, quietContext())).rejects.toThrow(/is a directory/);
  });

  test('a cancelled reading stops', async () => {
    const file = await fileOf('query,calls\nSELECT a FROM t,5\n');
    const reading = readWorkload({ path: file }, quietContext({ signal: AbortSignal.abort() }));
    await expect(reading).rejects.toThrow(InterruptedError);
  });
});

test('rows of a server and files merge into one workload', async () => {
  const rows = [{ query: 'SELECT a FROM t WHERE b = $1', calls: 2, totalTimeMs: 3, rows: 2 }];
  const server = await readWorkload({ rows, label: 'db' }, quietContext());
  const file = await read('SELECT a FROM t WHERE b = 5; SELECT c FROM t;');
  const merged = mergeWorkloads([server, file]);
  expect(merged.sources.map(({ kind }) => kind)).toEqual(['pg_stat_statements', 'sql']);
  expect(brief(merged)).toEqual([
    ['SELECT a FROM t WHERE b = $1', 3, 3],
    ['SELECT c FROM t', 1, undefined],
  ]);
});
