import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeTemporaryDirectory, type PostgresInstallation } from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import { corpusFiles } from '../corpus.ts';
import { runAnalyze } from './analyze-run.ts';
import { type DataDump, writeDataDump } from './data-dump.ts';
import { type Fingerprint, takeFingerprint } from './fingerprint.ts';
import { type Measurement, measureProgram } from './measured-process.ts';
import { findLoadInstallation, startPsqlLoader } from './psql-load.ts';
import { schemaDump } from './schema-dump.ts';

/** What the benchmark of `migrate analyze` is to do. */
export interface AnalyzeBenchmarkOptions {
  readonly sizeBytes: number;
  readonly rounds: number;
  readonly seed: number;
  /** Told in a sentence what comes next. */
  readonly say: (sentence: string) => void;
}

/** The written result: `reports/bench-self-analyze.json`. */
export interface AnalyzeBenchmark {
  readonly version: 1;
  readonly seed: number;
  readonly fingerprint: Fingerprint;
  readonly dump: {
    readonly bytes: number;
    readonly rows: number;
    /** One entry a round; in each round all contenders ran, the order turned by one. */
    readonly analyze: readonly Measurement[];
    readonly wc: readonly Measurement[];
    /** `undefined` where there is no PostgreSQL with psql. CPU is the client's alone. */
    readonly psql: readonly Measurement[] | undefined;
  };
  readonly synthetic: {
    readonly tables: number;
    readonly foreignKeys: number;
    readonly provenOptimal: boolean;
  } & Measurement;
  /** Whole processes on real schemas; `undefined` without the corpus. */
  readonly corpus: readonly CorpusRun[] | undefined;
}

/** One real schema's run. */
interface CorpusRun extends Measurement {
  readonly file: string;
  readonly bytes: number;
  readonly tables: number;
}

const synthetic = { tables: 5_000, foreignKeys: 10_000 };
const corpusKinds = ['dumps', 'migrated', 'bench', 'truth', 'stress'] as const;

/** Measures `migrate analyze` beside `wc -l` and a load by psql on the same dump, and on schemas without data. */
export async function benchmarkAnalyze(options: AnalyzeBenchmarkOptions): Promise<AnalyzeBenchmark> {
  const installation = await findLoadInstallation();
  const fingerprint = takeFingerprint(installation?.version);
  await using scratch = await makeTemporaryDirectory();
  return {
    version: 1,
    seed: options.seed,
    fingerprint,
    dump: await measureDump(options, scratch.path, installation),
    synthetic: await measureSynthetic(options, scratch.path),
    corpus: await measureCorpus(options, scratch.path),
  };
}

async function measureDump(
  { sizeBytes, seed, rounds, say }: AnalyzeBenchmarkOptions,
  scratch: string,
  installation: PostgresInstallation | undefined,
): Promise<AnalyzeBenchmark['dump']> {
  say(`writing a dump of ${Math.round(sizeBytes / 1e6)} MB`);
  const file = path.join(scratch, 'dump.sql');
  const dump = await writeDataDump(file, { sizeBytes, seed });
  // Once unmeasured, so that every contender reads from the page cache.
  await measureProgram('wc', ['-l', file]);

  await using loader = installation && (await startPsqlLoader(installation));
  const results = { analyze: [] as Measurement[], wc: [] as Measurement[], psql: [] as Measurement[] };
  const contenders = [
    async () => results.analyze.push(await analyzeDump(file, scratch, dump)),
    async () => results.wc.push(await countLines(file)),
    ...(loader ? [async () => results.psql.push(await loader.load(file))] : []),
  ];
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}: migrate analyze, wc -l, ${loader ? 'psql' : 'no psql here'}`);
    const turned = [
      ...contenders.slice(round % contenders.length),
      ...contenders.slice(0, round % contenders.length),
    ];
    for (const contend of turned) await contend();
  }
  const rows = [...dump.rows.values()].reduce((sum, count) => sum + count, 0);
  return { bytes: dump.bytes, rows, ...results, psql: loader ? results.psql : undefined };
}

async function analyzeDump(file: string, scratch: string, dump: DataDump): Promise<Measurement> {
  const run = await runAnalyze(file, scratch);
  const wrong = [...dump.rows].filter(([table, count]) => run.rows.get(table) !== count);
  if (wrong.length > 0) {
    throw new EnvironmentError(
      `migrate analyze counted other rows than were written in: ${wrong.map(([table]) => table).join(', ')}`,
      { hint: 'A run that skips work proves nothing about speed: mend the counting first.' },
    );
  }
  return run.measurement;
}

async function countLines(file: string): Promise<Measurement> {
  const { wallSeconds, cpuSeconds } = await measureProgram('wc', ['-l', file]);
  return { wallSeconds, cpuSeconds };
}

async function measureSynthetic(
  { seed, say }: AnalyzeBenchmarkOptions,
  scratch: string,
): Promise<AnalyzeBenchmark['synthetic']> {
  say(`a schema of ${synthetic.tables} tables and ${synthetic.foreignKeys} foreign keys`);
  const file = path.join(scratch, 'schema.sql');
  await writeFile(file, schemaDump({ ...synthetic, seed }));
  const run = await runAnalyze(file, scratch);
  if (run.tables !== synthetic.tables) {
    throw new EnvironmentError(`migrate analyze saw ${run.tables} of ${synthetic.tables} tables`);
  }
  return { ...synthetic, provenOptimal: run.provenOptimal, ...run.measurement };
}

async function measureCorpus(
  { say }: AnalyzeBenchmarkOptions,
  scratch: string,
): Promise<readonly CorpusRun[] | undefined> {
  const files = corpusKinds.flatMap((kind) => corpusFiles(kind) ?? []);
  if (files.length === 0) return undefined;
  say(`${files.length} real schemas`);
  const runs: CorpusRun[] = [];
  for (const file of files) {
    const { tables, measurement } = await runAnalyze(file, scratch);
    const { size } = await stat(file);
    const name = path.join(path.basename(path.dirname(file)), path.basename(file));
    runs.push({ file: name, bytes: size, tables, ...measurement });
  }
  return runs;
}
