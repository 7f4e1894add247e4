import { createHash, randomInt } from 'node:crypto';
import { type Catalog, onlySchemas, readDatabase } from '@shardwright/catalog';
import { type Context, nameKey, quietContext } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { compareLargeObjects } from './large-objects.ts';
import type { TableVerification, Verification } from './model/verification.ts';
import { findHiddenRows } from './placement/hidden-rows.ts';
import type { ReadPlan } from './plan/read-plan.ts';
import { Pace } from './rows/pace.ts';
import { readRelations, readShards } from './rows/relations.ts';
import { pairTables, type TablePair, type UnpairedTable } from './rows/table-pairs.ts';
import { openSession } from './session.ts';
import { SessionPool } from './session-pool.ts';
import { readServerFacts, shareSnapshot } from './snapshot.ts';
import { StateFile, type VerifyState } from './state/verify-state.ts';
import { compareSequences } from './structure/compare-sequences.ts';
import { compareStructure } from './structure/compare-structure.ts';
import { type TableReaders, verifyTable } from './verify-table.ts';

/** What is compared with what, and how hard. */
export interface VerifyOptions {
  /** `postgres://` addresses. */
  readonly source: string;
  readonly target: string;
  readonly plan?: ReadPlan;
  /** Sessions on each side; 4 unless given. */
  readonly jobs?: number;
  /** Bytes that are read of the source in a second; no limit unless given. */
  readonly bytesPerSecond?: number;
  /** Per cent of the pages of tables with a key; all unless given. */
  readonly samplePercent?: number;
  /** Differing rows that are shown of a table; 10 unless given. */
  readonly rows?: number;
  /** Where it is kept what is known, for a run that goes on after this one was stopped. */
  readonly stateFile?: string;
}

const mostCharacters = 120;
const journal = 'shardwright';

/**
 * Compares two databases: structure, sequences, every row, and whether every row is in the shard that its hash
 * demands. Reads only. Throws DatabaseError when one cannot be read.
 */
export async function verify(
  options: VerifyOptions,
  context: Context = quietContext(),
): Promise<Verification> {
  const startedMs = context.clock.nowMs();
  await using snapshot = await shareSnapshot(options.source);
  await using target = await openSession(options.target);
  const catalogs = await readCatalogs(options, context);
  const facts = options.plan?.facts;
  const structure = compareStructure(catalogs.source, catalogs.target, facts);
  context.emit({ kind: 'phase', phase: 'comparing sequences' });
  const known = new Set(catalogs.target.sequences.map(nameKey));
  const sequences = await compareSequences(
    snapshot.leader,
    target,
    (sequence) => facts !== undefined && !known.has(nameKey(sequence)),
  );
  const largeObjects = await compareLargeObjects(snapshot.leader, target);
  const rows = await verifyRows(options, { snapshot, target }, context);
  const shards = await readShards(target);
  const hiddenRows = shards.size === 0 ? [] : await findHiddenRows(target);
  const differs =
    structure.findings.length > 0 ||
    sequences.findings.length > 0 ||
    largeObjects.findings.length > 0 ||
    hiddenRows.some(({ liveRows }) => liveRows > 0) ||
    rows.tables.some(({ verdict }) => verdict === 'different');
  const isPartial =
    rows.tables.some(({ verdict }) => verdict === 'sampled') ||
    rows.gaps.length > 0 ||
    largeObjects.reason !== undefined ||
    hiddenRows.some(({ isUnknown }) => isUnknown);
  return {
    verificationVersion: '1.0',
    verdict: differs ? 'different' : isPartial ? 'inconclusive' : 'equal',
    source: snapshot.leader.target,
    target: target.target,
    ...(options.samplePercent === undefined ? {} : { samplePercent: options.samplePercent }),
    resumedTables: rows.resumed,
    structure,
    sequences,
    largeObjects,
    tables: rows.tables,
    hiddenRows,
    notes: notesOf(rows, hiddenRows, largeObjects),
    seconds: (context.clock.nowMs() - startedMs) / 1000,
  };
}

async function readCatalogs(
  options: VerifyOptions,
  context: Context,
): Promise<{ readonly source: Catalog; readonly target: Catalog }> {
  // What is noteworthy before a migration, a Citus on the other side, is what was asked for here.
  const quiet: Context = { ...context, emit: (event) => event.kind !== 'warning' && context.emit(event) };
  const source = withoutJournal(await readDatabase(options.source, {}, quiet));
  return { source, target: withoutJournal(await readDatabase(options.target, {}, quiet)) };
}

/** Without what a run wrote down beside the rows: it is about them, and no part of them. */
function withoutJournal(catalog: Catalog): Catalog {
  const isThere = catalog.tables.some(({ schema, name }) => schema === journal && name === 'migration');
  if (!isThere) return catalog;
  const schemas = catalog.schemas.map(({ name }) => name).filter((name) => name !== journal);
  return onlySchemas(catalog, schemas);
}

interface RowsVerified {
  readonly tables: readonly TableVerification[];
  readonly resumed: number;
  /** Tables with rows that nothing was compared with. */
  readonly gaps: readonly UnpairedTable[];
}

async function verifyRows(
  options: VerifyOptions,
  sides: { readonly snapshot: Awaited<ReturnType<typeof shareSnapshot>>; readonly target: Connection },
  context: Context,
): Promise<RowsVerified> {
  const { jobs = 4, rows = 10 } = options;
  const { snapshot, target } = sides;
  const [ofSource, ofTarget] = await Promise.all([readServerFacts(snapshot.leader), readServerFacts(target)]);
  const { pairs, unpaired } = pairTables(
    { source: await readRelations(snapshot.leader), target: await readRelations(target) },
    options.plan?.facts,
    ofSource.encoding === ofTarget.encoding ? 'same' : 'other',
  );
  const identity = createHash('sha256')
    .update(
      JSON.stringify([snapshot.leader.target, target.target, options.plan?.digest, options.samplePercent]),
    )
    .digest('hex');
  const stateFile = options.stateFile === undefined ? undefined : new StateFile(options.stateFile);
  const earlier = await stateFile?.read(identity);
  const sample = earlier?.sample ?? sampleOf(options.samplePercent);
  const done = new Map(earlier?.tables.map((table) => [nameKey(table), table]));
  const left = pairs.filter((pair) => !done.has(nameKey(pair)));
  const resumed = pairs.length - left.length;

  await using sourcePool = new SessionPool(jobs, () => snapshot.open(), context);
  await using targetPool = new SessionPool(jobs, () => openSession(options.target), context);
  const progress = follow(left, context);
  const readers: TableReaders = {
    source: {
      pool: sourcePool,
      pace: new Pace(options.bytesPerSecond, context),
      versionNumber: ofSource.versionNumber,
      jobs,
      mostBytes: Math.min(1024 ** 3, Math.max(1024 ** 2, options.bytesPerSecond ?? Number.POSITIVE_INFINITY)),
    },
    target: {
      pool: targetPool,
      pace: new Pace(undefined, context),
      versionNumber: ofTarget.versionNumber,
      jobs,
      mostBytes: 1024 ** 3,
    },
    shards: await readShards(target),
    limits: { rows, characters: mostCharacters },
    ...(sample === undefined ? {} : { sample }),
    context,
    partDone: progress,
  };
  const write = stateWriter(stateFile, {
    stateVersion: '1.0',
    identity,
    ...(sample ? { sample } : {}),
    tables: [],
  });
  await eachWith(2 * jobs, left, async (pair) => {
    done.set(nameKey(pair), await verifyTable(pair, readers));
    await write([...done.values()]);
  });
  await stateFile?.remove();
  const gaps = unpaired.filter(({ reason }) => reason === 'the plan does not say where its rows go');
  const tables = [...pairs.flatMap((pair) => done.get(nameKey(pair)) ?? []), ...unpaired.map(notCompared)];
  return { tables: tables.sort((a, b) => (nameKey(a) < nameKey(b) ? -1 : 1)), resumed, gaps };
}

function sampleOf(percent: number | undefined): TableReaders['sample'] {
  return percent === undefined ? undefined : { percent, seed: randomInt(1, 2 ** 31) };
}

/** Runs work on all items, in order and some at a time; the first failure ends it. */
async function eachWith<Item>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
}

/** Writes states one after the other, and of those that wait only the last. */
function stateWriter(
  file: StateFile | undefined,
  empty: VerifyState,
): (tables: readonly TableVerification[]) => Promise<void> {
  let writing = Promise.resolve();
  return (tables) => {
    writing = writing.then(() => file?.write({ ...empty, tables }));
    return writing;
  };
}

function follow(pairs: readonly TablePair[], context: Context): TableReaders['partDone'] {
  const total = pairs.reduce((sum, { bytes }) => sum + 2 * bytes, 0);
  let done = 0;
  return (table, part) => {
    done += part.bytes;
    context.emit({
      kind: 'progress',
      phase: 'comparing rows',
      done: Math.min(done, total),
      total,
      unit: 'bytes',
      subject: nameKey(table),
    });
  };
}

function notCompared({ schema, name, reason }: UnpairedTable): TableVerification {
  return {
    ...{ schema, name, reason },
    verdict: 'not-compared',
    rows: { source: 0, target: 0 },
    setAside: 0,
    sumsDiffer: false,
    differentRows: 0,
    allBucketsSearched: true,
    differences: [],
    misplacedRows: 0,
    misplaced: [],
    unequalPlacements: [],
  };
}

function notesOf(
  { tables, resumed, gaps }: RowsVerified,
  hiddenRows: Verification['hiddenRows'],
  { reason }: Verification['largeObjects'],
): readonly string[] {
  const differs = tables.some(({ sumsDiffer }) => sumsDiffer);
  return [
    ...(differs
      ? [
          'The source was read as it was when this began: rows that were written on either side since differ too.',
        ]
      : []),
    ...(tables.some(({ sampled }) => sampled !== undefined)
      ? ['A sample is taken of the source: rows that only the target has are in none.']
      : []),
    ...(resumed > 0 ? ['Tables that an earlier run compared were not read again.'] : []),
    ...gaps.map(
      ({ schema, name }) => `${nameKey({ schema, name })}: the plan does not say where its rows go.`,
    ),
    ...(reason === undefined ? [] : [`Large objects were not compared: ${reason}.`]),
    ...hiddenRows.flatMap(({ liveRows, isUnknown, node, ...table }) => {
      const where = `${nameKey(table)} takes space of its own on ${node}`;
      if (isUnknown) {
        return [
          `${where}, and the server has lost its statistics: there may be rows that no query sees. Where the shards have them, truncate_local_data_after_distributing_table removes them.`,
        ];
      }
      return liveRows > 0 ? [] : [`${where}, by the statistics of rows that are gone.`];
    }),
  ];
}
