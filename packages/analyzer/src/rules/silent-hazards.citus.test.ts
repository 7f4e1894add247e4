import { databaseUrl } from '@shardwright/cluster';
import { type Connection, connect } from '@shardwright/postgres';
import { citusDatabase } from '@shardwright/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const database = citusDatabase();
let coordinator: Connection;
let worker: Connection;

beforeAll(async () => {
  coordinator = await database.connect();
  const [, first] = database.nodes;
  if (first === undefined) throw new Error('the cluster has no worker');
  worker = await connect(databaseUrl(first.url, database.name));
  await coordinator.query('SET citus.shard_count = 8');
});

afterAll(async () => {
  await coordinator?.end();
  await worker?.end();
});

// A failed test must not leave its transaction to the next one.
afterEach(async () => {
  await coordinator.query('ROLLBACK');
});

/** Runs statements one by one, each in a transaction of its own. */
async function run(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await coordinator.query(statement);
}

async function numberFrom(connection: Connection, sql: string): Promise<number> {
  const [row] = await connection.query<{ value: string | number }>(`SELECT (${sql}) AS value`);
  return Number(row?.value);
}

/** The distinct answers of all workers to a query of one value. */
async function onWorkers(sql: string): Promise<readonly string[]> {
  const rows = await coordinator.query<{ result: string }>(
    'SELECT DISTINCT result FROM run_command_on_workers($1)',
    [sql],
  );
  return rows.map((row) => row.result);
}

test('unique-include-hides-key: two shards store the same unique value', async () => {
  await run(
    'CREATE TABLE included (t int, id int, UNIQUE (id) INCLUDE (t))',
    "SELECT create_distributed_table('included', 't')",
  );
  const elsewhere = await numberFrom(
    coordinator,
    `SELECT min(g) FROM generate_series(2, 100) g
     WHERE get_shard_id_for_distribution_column('included', g) <> get_shard_id_for_distribution_column('included', 1)`,
  );
  await run('INSERT INTO included VALUES (1, 1)', `INSERT INTO included VALUES (${elsewhere}, 1)`);
  expect(await numberFrom(coordinator, 'SELECT count(*) FROM included WHERE id = 1')).toBe(2);
});

test('key-type-crashes: the array is accepted although its element has no hash function', async () => {
  await run('CREATE TABLE documents (k json[])', "SELECT create_distributed_table('documents', 'k')");
  // An INSERT would end the server process (signal 11 on Citus 13.2.2), and with it the other tests.
  await expect(coordinator.query("SELECT hash_array(ARRAY['{}'::json])")).rejects.toThrow(
    'could not identify a hash function for type json',
  );
});

test('key-type-differs-per-node: a worker misses rows that the coordinator finds', async () => {
  const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  await run(
    `CREATE TYPE mood AS ENUM (${labels.map((label) => `'${label}'`).join(', ')})`,
    'CREATE TABLE moods (k mood, v int)',
    "SELECT create_distributed_table('moods', 'k')",
    `INSERT INTO moods VALUES ${labels.map((label) => `('${label}', 1)`).join(', ')}`,
  );
  const found = async (connection: Connection): Promise<number> => {
    let rows = 0;
    for (const label of labels)
      rows += await numberFrom(connection, `SELECT count(*) FROM moods WHERE k = '${label}'`);
    return rows;
  };
  expect(await found(coordinator)).toBe(8);
  expect(await found(worker)).toBeLessThan(8);
});

test('key-type-differs-per-node: so do values of type regclass', async () => {
  const names = ['relations', 'pg_class', 'moods', 'included'];
  await run('CREATE TABLE relations (k regclass)', "SELECT create_distributed_table('relations', 'k')");
  for (const name of names) await run(`INSERT INTO relations VALUES ('${name}')`);
  let onWorker = 0;
  for (const name of names)
    onWorker += await numberFrom(worker, `SELECT count(*) FROM relations WHERE k = '${name}'::regclass`);
  expect(onWorker).toBeLessThan(names.length);
});

test('foreign-key-from-local-to-distributed: a delete leaves rows that point at nothing', async () => {
  await run(
    'CREATE TABLE masters (t int PRIMARY KEY)',
    'INSERT INTO masters VALUES (1)',
    'CREATE TABLE dogs (t int REFERENCES masters ON DELETE CASCADE)',
    'INSERT INTO dogs VALUES (1)',
    "SELECT create_distributed_table('masters', 't')",
    'DELETE FROM masters WHERE t = 1',
  );
  expect(await numberFrom(coordinator, 'SELECT count(*) FROM dogs')).toBe(1);
  await expect(coordinator.query('INSERT INTO dogs VALUES (2)')).rejects.toThrow(
    'violates foreign key constraint "dogs_t_fkey"',
  );
});

test('constraint-not-valid: rows that it spared stop the distribution', async () => {
  await run(
    'CREATE TABLE spared (t int, a int)',
    'INSERT INTO spared VALUES (1, -1)',
    'ALTER TABLE spared ADD CONSTRAINT positive CHECK (a > 0) NOT VALID',
  );
  await expect(coordinator.query("SELECT create_distributed_table('spared', 't')")).rejects.toThrow(
    /new row for relation "spared_\d+" violates check constraint "positive"/,
  );
  await run(
    'ALTER TABLE spared DROP CONSTRAINT positive',
    "SELECT create_distributed_table('spared', 't')",
    'ALTER TABLE spared ADD CONSTRAINT positive CHECK (a > 0) NOT VALID',
  );
});

test('deferrable-constraint: SET CONSTRAINTS does not reach the shards, INITIALLY DEFERRED does', async () => {
  await run(
    'CREATE TABLE heads (t int PRIMARY KEY)',
    'CREATE TABLE tails (t int CONSTRAINT tail REFERENCES heads DEFERRABLE)',
    "SELECT create_distributed_table('heads', 't')",
    "SELECT create_distributed_table('tails', 't', colocate_with => 'heads')",
    'BEGIN',
    'SET CONSTRAINTS ALL DEFERRED',
  );
  await expect(coordinator.query('INSERT INTO tails VALUES (5)')).rejects.toThrow('violates foreign key');
  await run(
    'ROLLBACK',
    'ALTER TABLE tails DROP CONSTRAINT tail',
    'ALTER TABLE tails ADD CONSTRAINT tail FOREIGN KEY (t) REFERENCES heads DEFERRABLE INITIALLY DEFERRED',
    'BEGIN',
    'INSERT INTO tails VALUES (5)',
    'INSERT INTO heads VALUES (5)',
    'COMMIT',
  );
  expect(await numberFrom(coordinator, 'SELECT count(*) FROM tails')).toBe(1);
});

test('rewrite-rule: the coordinator applies it, workers do not', async () => {
  await run(
    'CREATE TABLE kept (t int)',
    'CREATE RULE keep AS ON DELETE TO kept DO INSTEAD NOTHING',
    "SELECT create_distributed_table('kept', 't')",
    'INSERT INTO kept VALUES (1)',
    'DELETE FROM kept WHERE t = 1',
  );
  expect(await numberFrom(coordinator, 'SELECT count(*) FROM kept')).toBe(1);
  await worker.query('DELETE FROM kept WHERE t = 1');
  expect(await numberFrom(coordinator, 'SELECT count(*) FROM kept')).toBe(0);
});

test('rewrite-rule: one that writes to a local table makes statements fail', async () => {
  await run(
    'CREATE TABLE noted (t int)',
    'CREATE TABLE notes (t int)',
    'CREATE RULE note AS ON INSERT TO noted DO ALSO INSERT INTO notes VALUES (new.t)',
    "SELECT create_distributed_table('noted', 't')",
  );
  await expect(coordinator.query('INSERT INTO noted VALUES (1)')).rejects.toThrow(
    'relation "public.notes" does not exist',
  );
});

test('policy-reads-setting: a setting of the session is unknown on the workers', async () => {
  const role = `reader_${database.name}`;
  await run(
    `CREATE ROLE ${role} LOGIN PASSWORD '${new URL(database.url).password}'`,
    'CREATE TABLE guarded (t int)',
    "CREATE POLICY own ON guarded USING (t = current_setting('app.t')::int)",
    'ALTER TABLE guarded ENABLE ROW LEVEL SECURITY',
    `GRANT SELECT ON guarded TO ${role}`,
    "SELECT create_distributed_table('guarded', 't')",
    'INSERT INTO guarded SELECT generate_series(1, 5)',
    'BEGIN',
    `SET LOCAL ROLE ${role}`,
    "SET LOCAL app.t = '3'",
  );
  const read = coordinator.query('SELECT t FROM guarded WHERE t = 3');
  await expect(read).rejects.toThrow('unrecognized configuration parameter "app.t"');
  await run('ROLLBACK', 'BEGIN', `SET LOCAL ROLE ${role}`, "SET citus.propagate_set_commands = 'local'");
  await run("SET LOCAL app.t = '3'");
  expect(await coordinator.query('SELECT t FROM guarded WHERE t = 3')).toEqual([{ t: 3 }]);
  await run('ROLLBACK', 'DROP TABLE guarded', `DROP ROLE ${role}`);
});

test('unlogged-table: the shards are unlogged', async () => {
  await run('CREATE UNLOGGED TABLE fleeting (t int)', "SELECT create_distributed_table('fleeting', 't')");
  const rows = await coordinator.query(
    "SELECT DISTINCT result FROM run_command_on_shards('fleeting', $$SELECT relpersistence FROM pg_class WHERE oid = '%s'::regclass$$)",
  );
  expect(rows).toEqual([{ result: 'u' }]);
});

test('range-distribution: there are no shards to write to', async () => {
  await run('CREATE TABLE ranged (t int)', "SELECT create_distributed_table('ranged', 't', 'range')");
  await expect(coordinator.query('INSERT INTO ranged VALUES (1)')).rejects.toThrow(
    'could not find any shards',
  );
});

test('integer-sequence-on-workers: serial and identity work on the coordinator only', async () => {
  await run(
    'CREATE TABLE counted (t int, a serial, b int GENERATED BY DEFAULT AS IDENTITY)',
    "SELECT create_distributed_table('counted', 't')",
    'INSERT INTO counted (t) VALUES (1)',
  );
  await expect(worker.query('INSERT INTO counted (t, b) VALUES (1, 1)')).rejects.toThrow(
    'nextval(sequence) calls in worker nodes are not supported for column defaults of type int or smallint',
  );
  await expect(worker.query('INSERT INTO counted (t, a) VALUES (1, 1)')).rejects.toThrow(
    'nextval: reached maximum value of sequence "counted_b_seq" (2147483647)',
  );
});

test('integer-column-for-bigint-key: a key made on a worker does not fit', async () => {
  await run(
    'CREATE TABLE accounts (id bigserial PRIMARY KEY, name text)',
    "SELECT create_reference_table('accounts')",
    'CREATE TABLE payments (t int, account int REFERENCES accounts)',
    "SELECT create_distributed_table('payments', 't')",
  );
  const [made] = await worker.query<{ id: string }>("INSERT INTO accounts (name) VALUES ('a') RETURNING id");
  expect(Number(made?.id)).toBeGreaterThanOrEqual(2 ** 48);
  await expect(coordinator.query(`INSERT INTO payments VALUES (1, ${made?.id})`)).rejects.toThrow(
    'integer out of range',
  );
});

test('object-not-propagated: operators, casts, conversions and event triggers stay on the coordinator', async () => {
  await run(
    "CREATE FUNCTION above(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT $1 > $2'",
    'CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = above)',
    "CREATE TYPE size AS ENUM ('s')",
    "CREATE FUNCTION centimetres(size) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'",
    'CREATE CAST (size AS int) WITH FUNCTION centimetres(size)',
    "CREATE CONVERSION narrow FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
    'CREATE OPERATOR FAMILY clan USING btree',
    "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
    'CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION watch()',
  );
  const present = `SELECT (SELECT count(*) FROM pg_operator WHERE oprname = '###')
    || '/' || (SELECT count(*) FROM pg_cast WHERE castsource = 'size'::regtype)
    || '/' || (SELECT count(*) FROM pg_conversion WHERE conname = 'narrow')
    || '/' || (SELECT count(*) FROM pg_opfamily WHERE opfname = 'clan')
    || '/' || (SELECT count(*) FROM pg_event_trigger WHERE evtname = 'watcher')
    || '/' || (SELECT count(*) FROM pg_proc WHERE proname = 'above')`;
  await run('DROP EVENT TRIGGER watcher');
  expect(await onWorkers(present)).toEqual(['0/0/0/0/0/1']);
  await run('CREATE TABLE checked (t int CHECK (t ### 0))');
  await expect(coordinator.query("SELECT create_distributed_table('checked', 't')")).rejects.toThrow(
    'operator does not exist: integer public.### integer',
  );
});

test('comments, materialised views and default privileges do not reach the workers', async () => {
  await run(
    'CREATE TABLE described (t int)',
    "COMMENT ON TABLE described IS 'a table'",
    "SELECT create_distributed_table('described', 't')",
    'CREATE VIEW plain AS SELECT t FROM described',
    'CREATE MATERIALIZED VIEW stored AS SELECT t FROM described',
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
  );
  expect(await onWorkers("SELECT coalesce(obj_description('described'::regclass), 'none')")).toEqual([
    'none',
  ]);
  expect(
    await onWorkers("SELECT string_agg(relname, ',') FROM pg_class WHERE relname IN ('plain', 'stored')"),
  ).toEqual(['plain']);
  expect(await onWorkers('SELECT count(*) FROM pg_default_acl')).toEqual(['0']);
});

test('publication-of-distributed-table: the coordinator publishes nothing of it', async () => {
  const slot = `slot_${database.name}`;
  await run(
    'CREATE TABLE spread (t int PRIMARY KEY)',
    'CREATE TABLE stays (t int PRIMARY KEY)',
    'CREATE PUBLICATION news FOR TABLE spread, stays',
    "SELECT create_distributed_table('spread', 't')",
    `SELECT pg_create_logical_replication_slot('${slot}', 'pgoutput')`,
    // Only what is flushed is decoded.
    'SET synchronous_commit = on',
    'INSERT INTO spread VALUES (1), (2), (3)',
    'INSERT INTO stays VALUES (1)',
  );
  const inserts = await numberFrom(
    coordinator,
    `SELECT count(*) FROM pg_logical_slot_get_binary_changes('${slot}', NULL, NULL, 'proto_version', '1', 'publication_names', 'news') WHERE get_byte(data, 0) = ascii('I')`,
  );
  await run(`SELECT pg_drop_replication_slot('${slot}')`);
  expect(inserts).toBe(1);
});

test('check-reads-tables: the constraint is accepted and every insert fails', async () => {
  await run(
    'CREATE TABLE known (t int)',
    "SELECT create_distributed_table('known', 't')",
    "CREATE FUNCTION is_known(int) RETURNS bool STABLE LANGUAGE plpgsql AS 'BEGIN RETURN EXISTS (SELECT FROM public.known k WHERE k.t = $1); END'",
    'CREATE TABLE strict (t int CHECK (is_known(t)))',
    "SELECT create_distributed_table('strict', 't')",
  );
  await expect(coordinator.query('INSERT INTO strict VALUES (1)')).rejects.toThrow(
    'cannot execute a distributed query from a query on a shard',
  );
});

test('policy-reads-tables, view-reads-tables-in-function: both are accepted, queries fail', async () => {
  const role = `member_${database.name}`;
  await run(
    'CREATE TABLE members (t int)',
    "SELECT create_reference_table('members')",
    "CREATE FUNCTION is_member(int) RETURNS bool STABLE SECURITY DEFINER LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.members m WHERE m.t = $1)'",
    'CREATE TABLE secrets (t int)',
    'CREATE POLICY own ON secrets USING (is_member(t))',
    'ALTER TABLE secrets ENABLE ROW LEVEL SECURITY',
    'CREATE VIEW shown AS SELECT t, is_member(t) FROM secrets',
    `CREATE ROLE ${role} LOGIN PASSWORD '${new URL(database.url).password}'`,
    `GRANT SELECT ON secrets TO ${role}`,
    "SELECT create_distributed_table('secrets', 't')",
    'INSERT INTO secrets VALUES (1)',
  );
  const nested = 'cannot execute a distributed query from a query on a shard';
  await expect(coordinator.query('SELECT * FROM shown')).rejects.toThrow(nested);
  await run('BEGIN', `SET LOCAL ROLE ${role}`);
  await expect(coordinator.query('SELECT * FROM secrets WHERE t = 1')).rejects.toThrow(nested);
  await run('ROLLBACK', 'DROP TABLE secrets CASCADE', `DROP ROLE ${role}`);
});

test('foreign-key-to-reference-table: after a parallel read the reference table cannot be changed', async () => {
  await run(
    'CREATE TABLE kinds (id int PRIMARY KEY)',
    "SELECT create_reference_table('kinds')",
    'CREATE TABLE things (t int, kind int REFERENCES kinds)',
    "SELECT create_distributed_table('things', 't')",
    'BEGIN',
    'SELECT count(*) FROM things',
  );
  await expect(coordinator.query('INSERT INTO kinds VALUES (1)')).rejects.toThrow(
    'cannot modify table "kinds" because there was a parallel operation on a distributed table',
  );
  await run('ROLLBACK');
});

test('key-nullable: a row without a key is refused when it arrives', async () => {
  await run('CREATE TABLE keyed (t int, a int)', "SELECT create_distributed_table('keyed', 't')");
  await expect(coordinator.query('INSERT INTO keyed VALUES (NULL, 1)')).rejects.toThrow(
    'cannot perform an INSERT with NULL in the partition column',
  );
  await run('CREATE TABLE unkeyed (t int, a int)', 'INSERT INTO unkeyed (a) VALUES (1)');
  await expect(coordinator.query("SELECT create_distributed_table('unkeyed', 't')")).rejects.toThrow(
    'the partition column of table public.unkeyed cannot be NULL',
  );
});
