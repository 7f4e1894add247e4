import {
  newTraces,
  objectsIn,
  type Provider,
  refuseObjects,
  startCluster,
  takeTraces,
} from '@shardwright/cluster';
import { type Context, quietContext } from '@shardwright/core';
import type { Plan, Proof, QueryProof, Step } from '@shardwright/planner';
import { type Connection, connect } from '@shardwright/postgres';
import { compareShards } from './compare-shards.ts';
import { compareTables } from './compare-tables.ts';
import { findUntried } from './missing-extensions.ts';
import { explainQueries } from './queries/explain-queries.ts';
import { type PlannedStatement, runStatements } from './run-statements.ts';

/** What a plan is proven with. */
export interface ProveOptions {
  /** Default: what this machine has. */
  readonly provider?: Provider;
  /** Default 2. */
  readonly workers?: number;
  /** Shards of each co-location group; default 2 per worker. What a plan does is the same with any number. */
  readonly shardCount?: number;
}

/**
 * Applies a plan to an empty throw-away Citus, compares the result with it, lets Citus explain the plan's queries,
 * and takes the plan back. Whatever ends this, the cluster goes. Throws only when there is no cluster to be had, or
 * it breaks.
 */
export async function provePlan(
  plan: Plan,
  options: ProveOptions = {},
  context: Context = quietContext(),
): Promise<Proof> {
  const { workers = 2, shardCount = 2 * workers, provider } = options;
  const clock = stopwatch(context);
  context.emit({ kind: 'phase', phase: 'starting a throw-away cluster' });
  await using cluster = await startCluster(
    { workers, ...(provider === undefined ? {} : { provider }) },
    context,
  );
  await using connection = await openSession(cluster.url(), plan.session);
  const versions = await readVersions(connection);
  const before = await takeTraces(connection);
  refuseObjects(connection.target, objectsIn(before));
  const start = clock.lap();

  const apply = statementsOf(plan.steps, ({ apply: sql }) => sql).map((one) => withShards(one, shardCount));
  const untried = await findUntried(connection, plan.steps);
  const run = (statements: readonly PlannedStatement[], phase: string) =>
    runStatements(connection, statements, { eachStep: follow(context, phase, statements), untried });
  const failures = await run(apply, 'applying');
  const applySeconds = clock.lap();
  context.emit({ kind: 'phase', phase: 'comparing with the plan' });
  const tried = { ...plan, tables: plan.tables.filter((table) => !untried.includes(table)) };
  const differences = [...(await compareTables(connection, tried)), ...(await compareShards(connection))];
  const compare = clock.lap();
  const target = { url: cluster.url(), session: plan.session, shardCount };
  const queries = await explainQueries(plan.queries ?? [], target, context);
  const explain = clock.lap();

  const undo = statementsOf([...plan.steps].reverse(), ({ undo: sql }) => sql);
  const undoFailures = await run(undo, 'taking back');
  const left = newTraces(before, await takeTraces(connection));
  const complaints = [failures, differences, undoFailures, left, untried.missing].flat().length;
  return {
    proofVersion: '1.0',
    holds: complaints === 0 && queries.every(({ outcome }) => outcome !== 'refused') && !isForeign(queries),
    missingExtensions: untried.missing,
    untried: [...untried.steps],
    ...versions,
    provider: cluster.provider,
    workers,
    shardCount,
    steps: plan.steps.length,
    statements: apply.length,
    failures,
    differences,
    queries,
    undo: { failures: undoFailures, left },
    seconds: { start, apply: applySeconds, compare, explain, undo: clock.lap() },
  };
}

/** A workload of which nothing can be tried is that of another database. */
function isForeign(queries: readonly QueryProof[]): boolean {
  return queries.length > 0 && queries.every(({ outcome }) => outcome === 'not-tried');
}

/** Seconds since the last lap. */
function stopwatch({ clock }: Context): { lap(): number } {
  let sinceMs = clock.nowMs();
  return {
    lap: () => {
      const nowMs = clock.nowMs();
      const seconds = (nowMs - sinceMs) / 1000;
      sinceMs = nowMs;
      return seconds;
    },
  };
}

async function openSession(url: string, session: readonly string[]): Promise<Connection> {
  const connection = await connect(url);
  for (const sql of ['SET client_min_messages = error', ...session]) await connection.query(sql);
  return connection;
}

async function readVersions(
  connection: Connection,
): Promise<{ readonly citusVersion: string; readonly postgresVersion: string }> {
  const [row] = await connection.query<{ citus: string; postgres: string }>(
    `SELECT substring(citus_version() FROM '^Citus (\\S+)') AS citus, split_part(current_setting('server_version'), ' ', 1) AS postgres`,
  );
  return { citusVersion: row?.citus ?? '', postgresVersion: row?.postgres ?? '' };
}

function statementsOf(
  steps: readonly Step[],
  of: (step: Step) => readonly string[],
): readonly PlannedStatement[] {
  return steps.flatMap((step) => of(step).map((sql) => ({ step, sql })));
}

/** Forty-eight shards of every table take minutes, and show no more than four. */
function withShards({ step, sql }: PlannedStatement, shardCount: number): PlannedStatement {
  if (step.phase !== 'distribute') return { step, sql };
  return { step, sql: sql.replace(/shard_count => \d+/, `shard_count => ${shardCount}`) };
}

function follow(
  { emit, signal }: Context,
  phase: string,
  statements: readonly PlannedStatement[],
): (step: Step, index: number) => void {
  return (step, index) => {
    signal.throwIfAborted();
    emit({
      kind: 'progress',
      phase,
      done: index,
      total: statements.length,
      unit: 'statements',
      subject: step.subject,
    });
  };
}
