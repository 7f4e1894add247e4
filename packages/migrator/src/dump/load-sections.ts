import type { DumpSurvey } from '@shardwright/catalog';
import { type Context, DatabaseError } from '@shardwright/core';
import type { TableLoad } from '@shardwright/planner';
import { type JournalledLoad, readLoadedChunks, readLoads } from '../journal/journal.ts';
import type { ChunkWatch } from '../load/copy-through.ts';
import { fence } from '../load/direct/fence.ts';
import { type LoadTask, loadedByChunk, relationOf } from '../load/load-tasks.ts';
import type { ReceivingParties } from '../run/carry-out.ts';
import type { Recopied } from '../run/decide-loads.ts';
import { findEmptied } from '../run/find-doubts.ts';
import { LoadProgress } from '../run/load-progress.ts';
import type { LoadOptions } from '../run/load-tables.ts';
import { asTheyCome } from '../run/pool.ts';
import { provePlacement } from '../run/prove-placement.ts';
import { retrying } from '../run/retry.ts';
import { Throttle } from '../run/throttle.ts';
import { openSession } from '../session.ts';
import { recoverPrepared } from '../target/only-run.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { type ChunkToWrite, ChunkWriter } from './chunk-writer.ts';
import { decideSections } from './decide-sections.ts';
import { refuseOtherCount, type StreamedTable } from './dump-tables.ts';
import { type SectionAtWork, sectionsAtWork, setAsideOf } from './dump-tasks.ts';
import { type ReadChunk, readChunks } from './read-chunks.ts';
import { asMessage, inUtf8 } from './text-rows.ts';

/** How rows of a dump are loaded. */
export interface DumpLoadOptions extends LoadOptions {
  /** Statements that prepare sessions, as the plan has them. */
  readonly session: readonly string[];
}

/** A dump, and the tables of it whose rows go to the target as they stand there. */
export interface DumpToStream {
  readonly file: string;
  readonly survey: DumpSurvey;
  readonly streamed: readonly StreamedTable[];
  /** Throws when the dump is not any more what was surveyed. */
  readonly ensureHeld: () => Promise<void>;
}

/**
 * Loads every row of these tables that is not there yet, in one pass over the dump. Gives the tables that were begun
 * anew. Throws {@link DatabaseError}.
 */
export async function loadSections(
  { file, survey, streamed, ensureHeld }: DumpToStream,
  options: DumpLoadOptions,
  parties: ReceivingParties,
  outerContext: Context,
): Promise<readonly Recopied[]> {
  const { target, coordinator, migration, onMoment } = parties;
  const { session, jobs } = options;
  const { tables: decided, recopied } = await decideSections(streamed, options, parties);
  await using guard = await openSession(target.coordinator.url, migration);
  const tables = await fence(guard, decided, target.nodes);
  await onMoment('fenced', '');
  const servers = target.nodes.map(({ url }) => url);
  await using throttle = await Throttle.start({ servers, migration, jobs }, options, outerContext);
  const { context } = throttle;
  const loads = await readLoads(coordinator);
  const loaded = await readLoadedChunks(target.nodes, loads);
  const sections = tables.flatMap((table, index) =>
    sectionsAtWork(table, streamed[index]?.sections ?? [], loaded),
  );
  const progress = new LoadProgress(tables, loaded, sections.flatMap(openTasksOf), context);
  const writing = { ...parties, jobs, session, loads, progress, throttle, file, ensureHeld };
  await writeChunks(readChunks(file, sections), writing, context);
  await onMoment('rows loaded', '');
  // What a node that came back had agreed to commit is carried out now: what follows looks at the rows.
  await retrying(context, 'ending what was agreed on', () => recoverPrepared(target.nodes));
  await proveCounts(
    streamed.map(({ load }) => load),
    survey,
    parties,
  );
  await provePlacement(tables, target, guard, context);
  await guard.query('COMMIT');
  await onMoment('placement proven', '');
  return recopied;
}

interface Writing extends ReceivingParties {
  readonly jobs: number;
  readonly session: readonly string[];
  readonly loads: ReadonlyMap<string, JournalledLoad>;
  readonly progress: LoadProgress;
  readonly throttle: Pick<Throttle, 'run'>;
  readonly file: string;
  readonly ensureHeld: () => Promise<void>;
}

async function writeChunks(
  chunks: AsyncGenerator<ReadChunk<SectionAtWork>>,
  writing: Writing,
  context: Context,
): Promise<void> {
  const { jobs, throttle } = writing;
  const writers = Array.from({ length: jobs }, () => new ChunkWriter(writing));
  const stop = (): void => {
    for (const writer of writers) writer.drop();
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await asTheyCome(jobs, chunks, async (chunk, job) => {
      await throttle.run(async () => {
        const writer = writers[job];
        if (writer) await writeChunk(chunk, writer, writing, context);
      });
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    stop();
  }
}

async function writeChunk(
  read: ReadChunk<SectionAtWork>,
  writer: ChunkWriter,
  { target, loads, progress, turn, ensureHeld, onMoment }: Writing,
  context: Context,
): Promise<void> {
  const first = chunkToWrite(read);
  const { task } = first;
  const watch: ChunkWatch = {
    run: turn.run,
    onPassed: (bytes) => progress.passed(task, bytes),
    ensureHeld,
    onMoment,
  };
  let isFirst = true;
  await retrying(context, `loading ${task.journalled.relation}`, async () => {
    for (;;) {
      context.signal.throwIfAborted();
      // After a failure only the journals know which commits came through.
      const chunk = isFirst ? first : await withStateOf(first, loads, target);
      isFirst = false;
      progress.begun(task);
      const written = await writer.write(chunk, watch);
      if (!written) continue;
      return progress.loaded(task, written);
    }
  });
}

function chunkToWrite({ of, chunk, bytes }: ReadChunk<SectionAtWork>): ChunkToWrite {
  const number = of.firstChunk + chunk;
  return {
    task: { ...of.table, chunk: number, loaded: of.loadedOf(number) },
    section: of.section,
    rows: asMessage(inUtf8(bytes, of.section.encoding)),
    isAside: of.loadedOf(setAsideOf(number)).has('0'),
  };
}

async function withStateOf(
  chunk: ChunkToWrite,
  loads: ReadonlyMap<string, JournalledLoad>,
  target: TargetCluster,
): Promise<ChunkToWrite> {
  const { task } = chunk;
  const byChunk = loadedByChunk(await readLoadedChunks(target.nodes, loads));
  const { relation } = task.journalled;
  return {
    ...chunk,
    task: { ...task, loaded: byChunk(relation, task.chunk) },
    isAside: byChunk(relation, setAsideOf(task.chunk)).has('0'),
  };
}

/** Holds what the journal tells of against what the dump was seen to hold. */
async function proveCounts(
  loads: readonly TableLoad[],
  survey: DumpSurvey,
  { target, coordinator }: ReceivingParties,
): Promise<void> {
  const loaded = await readLoadedChunks(target.nodes, await readLoads(coordinator));
  const [emptied] = (await findEmptied(coordinator, loads, loaded)).keys();
  if (emptied !== undefined) {
    throw new DatabaseError(`${emptied} is unlogged, and a crash of a server emptied it`, {
      hint: 'Run it again: the table is begun anew.',
    });
  }
  for (const load of loads) {
    const own = loaded.filter(({ relation }) => relation === relationOf(load));
    refuseOtherCount(
      load.source,
      own.reduce((sum, { rows }) => sum + rows, 0),
      survey,
    );
  }
}

function openTasksOf({ table, firstChunk, chunks, isWanted, loadedOf }: SectionAtWork): readonly LoadTask[] {
  return Array.from({ length: chunks }, (_, chunk) => chunk)
    .filter(isWanted)
    .map((chunk) => ({ ...table, chunk: firstChunk + chunk, loaded: loadedOf(firstChunk + chunk) }));
}
