import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  copyCitusDatabase,
  createCitusDatabase,
  createCitusTemplate,
  findInstallation,
  makeTemporaryDirectory,
  type PostgresInstallation,
  startCluster,
  startPostgres,
} from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import { type Fingerprint, takeFingerprint } from './fingerprint.ts';

/** What the benchmark of starting clusters is to do. */
export interface ClusterBenchmarkOptions {
  readonly rounds: number;
  /** Told in a sentence what comes next. */
  readonly say: (sentence: string) => void;
}

/** The written result, seconds of wall time, an entry a round: `reports/bench-self-cluster.json`. */
export interface ClusterBenchmark {
  readonly version: 1;
  readonly fingerprint: Fingerprint;
  readonly workers: number;
  readonly seconds: Readonly<Record<Contender, readonly number[]>>;
}

/** What is timed. */
export const contenders = ['cold', 'cached', 'plain', 'stop', 'copied', 'made'] as const;

/** One of {@link contenders}. */
export type Contender = (typeof contenders)[number];

const workers = 2;

/**
 * Measures how long it takes until a coordinator and two workers are registered and every node has been seen to reach
 * every other, beside as many plain servers that know nothing of one another, and how long until a test has a Citus
 * database of its own there.
 */
export async function benchmarkCluster(options: ClusterBenchmarkOptions): Promise<ClusterBenchmark> {
  const installation = await findInstallation({ withExtension: 'citus' });
  if (!installation) {
    throw new EnvironmentError('no PostgreSQL installation here has the Citus extension', {
      hint: 'The benchmark starts clusters from local binaries: install Citus, or set PG_BIN.',
    });
  }
  const fingerprint = takeFingerprint(installation.version);
  const previousHome = process.env.SHARDWRIGHT_HOME;
  await using scratch = await makeTemporaryDirectory();
  try {
    return { version: 1, fingerprint, workers, seconds: await measure(options, installation, scratch.path) };
  } finally {
    if (previousHome === undefined) delete process.env.SHARDWRIGHT_HOME;
    else process.env.SHARDWRIGHT_HOME = previousHome;
    // Ours, where the guard of the scratch directory runs as another user.
    await rm(path.join(scratch.path, 'kept'), { recursive: true, force: true });
  }
}

async function measure(
  { rounds, say }: ClusterBenchmarkOptions,
  installation: PostgresInstallation,
  scratch: string,
): Promise<ClusterBenchmark['seconds']> {
  const seconds: Record<Contender, number[]> = {
    cold: [],
    cached: [],
    plain: [],
    stop: [],
    copied: [],
    made: [],
  };
  const provider = { kind: 'local', installation } as const;
  const kept = path.join(scratch, 'kept');
  const timed = async <Result>(contender: Contender, work: () => Promise<Result>): Promise<Result> => {
    const startedMs = performance.now();
    const result = await work();
    seconds[contender].push((performance.now() - startedMs) / 1000);
    return result;
  };
  const races = [
    async () => {
      const home = path.join(scratch, randomBytes(4).toString('hex'));
      await useHome(home);
      await using _cluster = await timed('cold', () => startCluster({ provider, workers }));
      await rm(home, { recursive: true });
    },
    async () => {
      await useHome(kept);
      const cluster = await timed('cached', () => startCluster({ provider, workers }));
      await createCitusTemplate(cluster.nodes, 'template_of_tests');
      await timed('made', () => createCitusDatabase(cluster.nodes, 'made'));
      await timed('copied', () => copyCitusDatabase(cluster.nodes, 'template_of_tests', 'copied'));
      await timed('stop', async () => cluster[Symbol.asyncDispose]());
    },
    async () => {
      await useHome(kept);
      const servers = await timed('plain', () =>
        Promise.all(Array.from({ length: workers + 1 }, () => startPostgres({ installation }))),
      );
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  ];
  await useHome(kept);
  await (await startPostgres({ installation }))[Symbol.asyncDispose]();
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}: cluster cold, cluster cached, plain servers`);
    const turn = round % races.length;
    for (const run of [...races.slice(turn), ...races.slice(0, turn)]) await run();
  }
  return seconds;
}

/** Where data directories are kept to be copied, from now on. */
async function useHome(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  process.env.SHARDWRIGHT_HOME = directory;
}
