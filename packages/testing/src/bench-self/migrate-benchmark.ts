import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '@shardwright/analyzer';
import { readDatabase } from '@shardwright/catalog';
import {
  type CitusNode,
  createCitusDatabase,
  databaseUrl,
  dropCitusDatabase,
  type PostgresInstallation,
  type PostgresServer,
  type RunningCluster,
  startCluster,
  startPostgres,
} from '@shardwright/cluster';
import { EnvironmentError, quietContext } from '@shardwright/core';
import { plan } from '@shardwright/planner';
import { connect } from '@shardwright/postgres';
import { type Fingerprint, takeFingerprint } from './fingerprint.ts';
import { type MeasuredRun, measureNodeProgram, measureProgram } from './measured-process.ts';
import { findLoadInstallation } from './psql-load.ts';

/** What the benchmark of moving rows is to do. */
export interface MigrateBenchmarkOptions {
  readonly rows: number;
  readonly rounds: number;
  /** Told in a sentence what comes next. */
  readonly say: (sentence: string) => void;
}

/** The written result: `reports/bench-self-migrate.json`. */
export interface MigrateBenchmark {
  readonly version: 1;
  readonly fingerprint: Fingerprint;
  readonly rows: number;
  readonly workers: number;
  readonly shards: number;
  /** As it calls itself; absent where it is not installed. */
  readonly pgcopydb?: string;
  readonly tables: Readonly<Record<BenchmarkTable, readonly MigrateRound[]>>;
}

/** One run of every contender, and the rows that the last of them brought compared with the source. */
type MigrateRound = Readonly<Partial<Record<MigrateContender | 'verify', MigrateMeasurement>>>;

/** What a contender took. */
export interface MigrateMeasurement {
  /** From the start to the end of the program, with all that it does besides. */
  readonly wallSeconds: number;
  /** The rows alone, as our own runs tell it: tables made before and statistics gathered after are not in it. All of others and of verification. */
  readonly rowSeconds: number;
  /** Of the program itself, without the servers. */
  readonly cpuSeconds: number;
  readonly peakResidentBytes?: number;
}

/** Tables that are moved. */
export const benchmarkTables = ['narrow', 'wide'] as const;

/** One of {@link benchmarkTables}. */
export type BenchmarkTable = (typeof benchmarkTables)[number];

/** Who moves them. */
export const migrateContenders = [
  'floor',
  'text',
  'binary',
  'dump',
  'pgcopydb',
  'coordinator',
  'direct',
] as const;

/** One of {@link migrateContenders}. */
export type MigrateContender = (typeof migrateContenders)[number];

const workers = 2;
const shards = 32;
const jobs = 2;
const migrate = fileURLToPath(new URL('../../../cli/bin/migrate.js', import.meta.url));

const columns: Readonly<Record<BenchmarkTable, string>> = {
  narrow:
    'id bigint NOT NULL, tenant_id int NOT NULL, state smallint, amount numeric(10,2), created timestamptz',
  wide: `id bigint NOT NULL, tenant_id uuid NOT NULL, name text, email text, a int, b int, c bigint, d float8, e boolean,
    note text, payload jsonb, created timestamptz, updated timestamptz`,
};
const contents: Readonly<Record<BenchmarkTable, string>> = {
  narrow: `SELECT g, (1 + g::bigint * 7919 % 20000)::int, g % 5, g % 10000 / 100.0, '2024-01-01'::timestamptz + g * interval '1 s'`,
  wide: `SELECT g, md5((g::bigint * 7919 % 20000)::text)::uuid, 'name ' || g, 'user' || g || '@example.com', g % 100, g,
    g::bigint * 3, g / 3.0, g % 2 = 0, repeat('lorem ipsum ', 4), jsonb_build_object('k', g, 'v', 'abc'), now(), now()`,
};

/**
 * Moves a narrow and a wide table into Citus in every way that people use, and in ours, one after the other in rounds
 * that begin with another each time. Throws {@link EnvironmentError} without Citus or without psql.
 */
export async function benchmarkMigrate(options: MigrateBenchmarkOptions): Promise<MigrateBenchmark> {
  const installation = await findLoadInstallation();
  if (!installation) {
    throw new EnvironmentError('no PostgreSQL installation here has psql', {
      hint: 'Install its client programs.',
    });
  }
  const fingerprint = takeFingerprint(installation.version);
  const settings = { max_wal_size: '8GB' };
  await using source = await startPostgres({ installation, settings });
  const started = await startCluster({
    workers,
    provider: { kind: 'local', installation },
    settings: { coordinator: settings, worker: settings },
  });
  await using cluster = started as RunningCluster;
  const scratch = await mkdtemp(path.join(tmpdir(), 'shardwright-bench-'));
  try {
    const stage = { installation, source, nodes: cluster.nodes, scratch };
    for (const table of benchmarkTables) await fill(source, table, options);
    const pgcopydb = await versionOf('pgcopydb');
    const tables: Record<BenchmarkTable, MigrateRound[]> = { narrow: [], wide: [] };
    for (let round = 0; round < options.rounds; round++) {
      for (const table of benchmarkTables) {
        const names = migrateContenders.filter((name) => name !== 'pgcopydb' || pgcopydb !== undefined);
        const turn = round % names.length;
        let measured: MigrateRound = {};
        for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
          options.say(`round ${round + 1} of ${options.rounds}: ${table}, ${name}`);
          measured = { ...measured, ...(await contend(name, table, stage, options.rows)) };
        }
        tables[table].push(measured);
      }
    }
    return {
      version: 1,
      fingerprint,
      rows: options.rows,
      workers,
      shards,
      ...(pgcopydb === undefined ? {} : { pgcopydb }),
      tables,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Stage {
  readonly installation: PostgresInstallation;
  readonly source: PostgresServer;
  readonly nodes: readonly CitusNode[];
  readonly scratch: string;
}

/** Each table in a database of its own, as some programs copy whole databases. */
async function fill(
  source: PostgresServer,
  table: BenchmarkTable,
  { rows, say }: MigrateBenchmarkOptions,
): Promise<void> {
  say(`filling ${table} with ${rows} rows`);
  await using maintenance = await connect(source.url());
  await maintenance.query(`CREATE DATABASE ${table}`);
  await using connection = await connect(source.url(table));
  await connection.query(`CREATE TABLE ${table} (${columns[table]})`);
  await connection.query(`INSERT INTO ${table} ${contents[table]} FROM generate_series(1, ${rows}) g`);
  await connection.query(`VACUUM ANALYZE ${table}`);
}

async function contend(
  name: MigrateContender,
  table: BenchmarkTable,
  stage: Stage,
  rows: number,
): Promise<MigrateRound> {
  const database = `target_${table}`;
  await createCitusDatabase(stage.nodes, database);
  try {
    const target = databaseUrl(stage.nodes[0]?.url ?? '', database);
    const isOurs = name === 'coordinator' || name === 'direct';
    const measured = isOurs
      ? await runOurs(name, table, stage, target)
      : await runOther(name, table, stage, target);
    await using connection = await connect(target);
    const [counted] = await connection.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${table}`);
    if (Number(counted?.rows) !== rows) {
      throw new EnvironmentError(`${name} left ${counted?.rows} of ${rows} rows of ${table}`);
    }
    if (name !== 'direct') return { [name]: measured };
    return { direct: measured, verify: await runVerify(stage.source.url(table), target) };
  } finally {
    await dropCitusDatabase(stage.nodes, database);
  }
}

async function runOther(
  name: Exclude<MigrateContender, 'coordinator' | 'direct'>,
  table: BenchmarkTable,
  { installation, source, scratch }: Stage,
  target: string,
): Promise<MigrateMeasurement> {
  await using connection = await connect(target);
  await connection.query(`CREATE TABLE ${table} (${columns[table]})`);
  if (name !== 'floor') {
    await connection.query(
      "SELECT create_distributed_table($1, 'tenant_id', shard_count => $2, colocate_with => 'none')",
      [table, shards],
    );
  }
  const psql = `${path.join(installation.binDirectory, 'psql')} -X -q -v ON_ERROR_STOP=1`;
  const from = source.url(table);
  const pipe = (format: string): string =>
    `${psql} -c "COPY ${table} TO STDOUT ${format}" '${from}' | ${psql} -c "COPY ${table} FROM STDIN ${format}" '${target}'`;
  const commands = {
    floor: pipe('(FORMAT binary)'),
    text: pipe(''),
    binary: pipe('(FORMAT binary)'),
    dump: `${path.join(installation.binDirectory, 'pg_dump')} --data-only '${from}' | ${psql} '${target}'`,
    pgcopydb: `pgcopydb copy table-data --not-consistent --restart --dir ${path.join(scratch, 'pgcopydb')} --table-jobs ${jobs} --source '${from}' --target '${target}'`,
  };
  const run = await measureProgram('/bin/bash', ['-o', 'pipefail', '-c', `${commands[name]} >&2`]);
  requireSuccess(run, name);
  return { wallSeconds: run.wallSeconds, rowSeconds: run.wallSeconds, cpuSeconds: run.cpuSeconds };
}

async function runOurs(
  load: 'coordinator' | 'direct',
  table: BenchmarkTable,
  { source, scratch }: Stage,
  target: string,
): Promise<MigrateMeasurement> {
  const url = source.url(table);
  const catalog = await readDatabase(url, {}, quietContext());
  const options = { distribute: [{ table, column: 'tenant_id' }], shards };
  const made = plan(catalog, await analyze({ catalog, options }));
  const directory = path.join(scratch, 'plan.json');
  await writeFile(directory, JSON.stringify(made));
  const run = await measureNodeProgram(
    migrate,
    ['run', directory, '--source', url, '--target', target, '--jobs', String(jobs), '--load', load, '--json'],
    { keepOutput: true },
  );
  requireSuccess(run, load);
  const { seconds } = JSON.parse(run.stdout ?? '') as { readonly seconds: { readonly load: number } };
  return ownMeasurement(run, seconds.load);
}

async function runVerify(source: string, target: string): Promise<MigrateMeasurement> {
  const run = await measureNodeProgram(migrate, ['verify', '--source', source, '--target', target]);
  requireSuccess(run, 'verify');
  return ownMeasurement(run, run.wallSeconds);
}

function ownMeasurement(run: MeasuredRun, rowSeconds: number): MigrateMeasurement {
  const { wallSeconds, cpuSeconds, peakResidentBytes } = run;
  return {
    wallSeconds,
    rowSeconds,
    cpuSeconds,
    ...(peakResidentBytes === undefined ? {} : { peakResidentBytes }),
  };
}

function requireSuccess({ exitCode, stderr }: MeasuredRun, name: string): void {
  if (exitCode === 0) return;
  throw new EnvironmentError(`${name} failed`, { hint: `It said: ${stderr.trim().slice(-500)}` });
}

async function versionOf(program: string): Promise<string | undefined> {
  const run = await measureProgram('/bin/sh', ['-c', `${program} --version >&2`]);
  // Some versions log before they answer.
  return /\w+ version [\w.-]+/.exec(run.exitCode === 0 ? run.stderr : '')?.[0];
}
