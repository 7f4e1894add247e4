import { type QualifiedName, quoteQualifiedName } from '@shardwright/core';
import { type JournalledLoad, type MigrationState, readLoads, readMigration } from '../journal/journal.ts';
import { countLargeObjects } from '../load/large-objects/journalled-objects.ts';
import { setAside } from '../load/load-tasks.ts';
import { openSession } from '../session.ts';
import { runAtWork } from '../target/only-run.ts';
import { lookAtTarget } from '../target/target-cluster.ts';
import type { MigrationStatus, QuarantineCount, TableStatus } from './migration-status.ts';
import { type ChunkOnNodes, readChunks } from './read-chunks.ts';

/**
 * Reads the journal of a target, while a run is at work or not, and changes nothing; `undefined` where no migration was
 * begun. Throws {@link EnvironmentError} or {@link DatabaseError}.
 */
export async function readStatus(url: string): Promise<MigrationStatus | undefined> {
  await using coordinator = await openSession(url);
  const { nodes, unreachable } = await lookAtTarget(url, coordinator);
  if ((await readMigration(coordinator)) === undefined) return undefined;
  const [facts] = await coordinator.query<MigrationFacts>(factsSql);
  if (!facts) return undefined;
  const loads = await readLoads(coordinator);
  const chunks = await readChunks(nodes, loads);
  const quarantine = await coordinator.query<QuarantineCount>(quarantineSql);
  const planned = await coordinator.query<PlannedLoad>(plannedLoadsSql);
  const atWork = await runAtWork(coordinator);
  const steps = await coordinator.query<StepRow>(stepsSql);
  const last = latest([
    ...chunks.map(({ loadedAt }) => loadedAt),
    ...steps.map(({ applied_at }) => applied_at),
  ]);
  return {
    id: facts.id,
    source: facts.source,
    state: facts.state,
    startedAt: facts.started_at.toISOString(),
    ...(facts.finished_at ? { finishedAt: facts.finished_at.toISOString() } : {}),
    ...(atWork === undefined ? {} : { atWork }),
    steps: {
      total: facts.steps,
      done: steps.map(({ id, applied_at, seconds }) => ({
        id,
        appliedAt: applied_at.toISOString(),
        seconds,
      })),
    },
    tables: planned.map((one) => tableStatus(one, loads, chunks)),
    quarantine,
    largeObjects: await countLargeObjects(coordinator),
    ...(last ? { lastActivity: last.toISOString() } : {}),
    ...(unreachable === undefined ? {} : { unread: unreachable }),
  };
}

function tableStatus(
  planned: PlannedLoad,
  loads: ReadonlyMap<string, JournalledLoad>,
  all: readonly ChunkOnNodes[],
): TableStatus {
  const relation = quoteQualifiedName(planned.source);
  const load = loads.get(relation);
  const own = all.filter((one) => one.relation === relation);
  const chunks = own.filter(({ chunk }) => chunk > setAside);
  const aside = own.filter(({ chunk }) => chunk <= setAside);
  const done = chunks.filter(({ shards }) => shards === 'all' || shards >= planned.shards);
  const [first] = chunks;
  const last = latest(chunks.map(({ loadedAt }) => loadedAt));
  return {
    relation,
    ...(load === undefined
      ? {}
      : {
          load: {
            path: load.path,
            why: load.why,
            format: load.format,
            generation: load.generation,
            sourceBytes: load.bytes,
          },
        }),
    chunks: { done: done.length, total: load?.chunks ?? 0 },
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    setAside: aside.reduce((sum, { rows }) => sum + rows, 0),
    ...(first ? { firstAt: first.beganAt.toISOString() } : {}),
    ...(last ? { lastAt: last.toISOString() } : {}),
    history: chunks.map(({ chunk, beganAt, loadedAt, rows, bytes }) => ({
      chunk,
      beganAt: beganAt.toISOString(),
      loadedAt: loadedAt.toISOString(),
      rows,
      bytes,
    })),
  };
}

function latest(times: readonly Date[]): Date | undefined {
  return times.reduce<Date | undefined>(
    (last, time) => (last === undefined || time > last ? time : last),
    undefined,
  );
}

interface MigrationFacts {
  readonly id: string;
  readonly source: string;
  readonly state: MigrationState;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly steps: number;
}

interface StepRow {
  readonly id: string;
  readonly applied_at: Date;
  readonly seconds: number;
}

const stepsSql = 'SELECT id, applied_at, seconds FROM shardwright.step ORDER BY applied_at';

// The plan itself, which may be large, stays where it is.
const factsSql = `
  SELECT id, source, state, started_at, finished_at, jsonb_array_length(plan->'steps') AS steps
  FROM shardwright.migration`;

interface PlannedLoad {
  readonly source: QualifiedName;
  /** Of the target's table, as far as it is made. */
  readonly shards: number;
}

const plannedLoadsSql = `
  SELECT load->'source' AS source,
         (SELECT count(*)::int FROM pg_dist_shard WHERE logicalrelid = to_regclass(
            format('%I.%I', load->'target'->>'schema', load->'target'->>'name'))) AS shards
  FROM shardwright.migration, jsonb_array_elements(plan->'loads') WITH ORDINALITY AS planned(load, position)
  ORDER BY position`;

const quarantineSql = `
  SELECT relation, reason, count(*)::int AS rows FROM shardwright.quarantine GROUP BY relation, reason ORDER BY 1, 2`;
