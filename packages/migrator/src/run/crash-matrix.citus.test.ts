import { randomBytes } from 'node:crypto';
import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { loadPaths } from '../load/load-path.ts';
import { type Point, runInChild, strikeAt } from './crash.test-support.ts';
import { type Round, roundsOf } from './crash-rounds.test-support.ts';
import { type CrashScene, openCrashScene, type Server } from './crash-scene.test-support.ts';
import { type Moment, type OnMoment, unwatched } from './moments.ts';
import { type RunOptions, runMigration, runWatched } from './run-migration.ts';

const rounds = Number(process.env.CRASH_ROUNDS ?? 2);
const seed = Number(process.env.CRASH_SEED ?? randomBytes(4).readUInt32LE());

let scene: CrashScene;
let expectedRows: readonly string[];
let expectedStructure: string;
let usualMs: number;
const provider = inject('citusProvider');

beforeAll(async () => {
  if (provider.kind === 'existing') return;
  scene = await openCrashScene(provider);
  expectedRows = scene.expectedRows();
  await scene.withTarget(async (options) => {
    const startedMs = performance.now();
    await runMigration(scene.plan, options);
    usualMs = performance.now() - startedMs;
    expectedStructure = scene.structure(options.target);
    expectWhole(options, 'undisturbed');
  });
});

afterAll(() => scene?.[Symbol.asyncDispose]());

beforeEach((context) => {
  if (provider.kind === 'existing') context.skip("nodes of CITUS_URL's cluster are not ours to kill");
});

function expectWhole({ target }: RunOptions, what: string): void {
  expect(scene.foundRows(target), what).toEqual(expectedRows);
  expect(scene.structure(target) === expectedStructure, `${what}: structure`).toBe(true);
}

/** What earlier runs read of it is not true any more, though the rows are the same. */
async function touchSource(): Promise<void> {
  await using connection = await connect(scene.sourceUrl);
  await connection.query('UPDATE orders SET note = note WHERE id = 7');
}

/** Runs in a process of its own, and kills that at a point. Gives how it ended. */
async function killToolAt(point: Point, options: RunOptions): Promise<string> {
  let kill = async (): Promise<void> => {};
  const { onMoment } = strikeAt(point, () => kill());
  const child = await runInChild(scene.plan, options, async (moment, detail, killChild) => {
    kill = killChild;
    await onMoment(moment, detail);
  });
  return await child.ended;
}

/** Runs here. Gives how it ended. */
async function runHere(options: RunOptions, onMoment: OnMoment): Promise<string> {
  return await runWatched(scene.plan, options, quietContext(), onMoment).then(
    () => 'done',
    (error: unknown) => String(error instanceof Error ? error.message : error),
  );
}

/** Runs here, and kills a server at a point. Gives how the run ended. */
async function killServerAt(server: Server, point: Point, options: RunOptions): Promise<string> {
  const { onMoment, wasStruck } = strikeAt(point, () => scene.strike(server));
  const ended = await runHere(options, onMoment);
  return wasStruck() ? ended : `${ended}, and never came to ${point.moment}`;
}

// In the order in which one run after the other is to be killed, so that each comes to its moment.
const everyMoment: Readonly<Record<Moment | 'between the nodes’ COMMITs', Omit<Point, 'moment'>>> = {
  'journal made': {},
  'step: before COMMIT': { detail: 'distribute' },
  'step: after COMMIT': { detail: 'distribute' },
  'tables decided': {},
  fenced: {},
  'chunk: before COPY': {},
  'chunk: after COPY': {},
  'recopy: emptied': {},
  'chunk: before COMMIT': {},
  'shards: before COMMIT': {},
  'between the nodes’ COMMITs': {},
  'shards: after COMMIT': {},
  'chunk: after COMMIT': {},
  'rows loaded': {},
  'placement proven': {},
  finishing: {},
  'sequences moved': {},
  'before done': {},
};

test('a run that is killed at every moment, one after the other, brings every row once in the end', {
  timeout: 300_000,
}, async () => {
  await scene.withTarget(async (given) => {
    const options = { ...given, jobs: 1 };
    for (const [moment, where] of Object.entries(everyMoment)) {
      if (moment === 'recopy: emptied') await touchSource();
      const point = { moment, ...where } as Point;
      expect(await killToolAt(point, options), moment).toBe('killed');
      if (moment !== 'finishing') continue;
      for (const late of ['step: before COMMIT', 'step: after COMMIT'] as const) {
        expect(await killToolAt({ moment: late, detail: 'indexes' }, options), late).toBe('killed');
      }
    }
    const last = await runMigration(scene.plan, options);
    expect(last.isNew).toBe(true);
    expectWhole(options, 'killed at every moment');
  });
});

test.each(loadPaths)(
  'by way of %s, runs go on after one was killed, and after their servers were; a worker’s death is outlived',
  async (load) => {
    await scene.withTarget(async (given) => {
      const options = { ...given, load };
      expect(await killToolAt({ moment: 'chunk: before COMMIT' }, options)).toBe('killed');
      expect(await killServerAt('source', { moment: 'chunk: after COPY' }, options)).toMatch(/snapshot|shop/);
      await killServerAt('coordinator', { moment: 'chunk: before COMMIT' }, options);
      await touchSource();
      const ended = await killServerAt('worker', { moment: 'chunk: before COMMIT', nth: 2 }, options);
      expect(ended).toBe('done');
      expectWhole(options, load);
    });
  },
);

/** Begins a run, and strikes. Gives how the run ended. */
async function strike({ victim, point, at }: Round, options: RunOptions): Promise<string> {
  if (point?.moment === 'recopy: emptied') {
    await killToolAt({ moment: 'chunk: after COMMIT', nth: 3 }, options);
    await touchSource();
  }
  if (point && victim === 'tool') return await killToolAt(point, options);
  if (point && victim !== 'tool') return await killServerAt(victim, point, options);
  if (victim === 'tool') {
    const child = await runInChild(scene.plan, options, async () => {});
    const timer = setTimeout(() => child.kill(), at * usualMs);
    const ended = await child.ended;
    clearTimeout(timer);
    return ended;
  }
  const running = runHere(options, unwatched);
  await new Promise((resolve) => {
    setTimeout(resolve, at * usualMs);
  });
  await scene.strike(victim);
  return await running;
}

test(`no row is lost or doubled when something is killed (CRASH_ROUNDS=${rounds} CRASH_SEED=${seed})`, {
  timeout: 60_000 + rounds * 60_000,
}, async () => {
  for (const [index, round] of roundsOf(scene.plan, rounds, seed).entries()) {
    const { victim, point, load, at } = round;
    const when = point ? Object.values(point).join(' ') : `after ${Math.round(at * usualMs)} ms`;
    const name = `${index}: ${victim}, ${load}, ${when}`;
    await scene.withTarget(async (given) => {
      const options = { ...given, load };
      const ended = await strike(round, options);
      const { isNew } = await runMigration(scene.plan, options).catch((error: unknown) => {
        throw new Error(`${name}: ${ended}; the next run failed`, { cause: error });
      });
      expectWhole(options, `${name}: ${ended}`);
      if (!process.env.CRASH_ROUNDS) return;
      process.stderr.write(`${name}: ${ended.slice(0, 110)}${isNew ? '; went on' : '; nothing was left'}\n`);
    });
  }
});
