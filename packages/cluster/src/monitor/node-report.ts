import { formatNode } from '../operate/node-address.ts';
import type { CacheCounts, NodeSample, QueryCounters, Vitals } from './sample.ts';
import type { CacheReport, ConnectionReport, NodeRates, NodeReport } from './snapshot.ts';

/** What a node's report needs besides its sample. */
export interface NodeContext {
  readonly poolSize: number | null;
  readonly before?: Pick<NodeSample, 'vitals' | 'counters'> | undefined;
}

/** A node with its rates since the sample before, if there is one. */
export function reportNode(node: NodeSample, { poolSize, before }: NodeContext): NodeReport {
  const { id, groupId, isMetadataSynced, vitals, counters } = node;
  const identity = {
    id,
    groupId,
    node: formatNode(node),
    role: groupId === 0 ? 'coordinator' : 'worker',
    state: stateOf(node),
    hasShards: node.shouldHaveShards,
    isMetadataSynced,
  } as const;
  if (!vitals) return identity;
  const { postgresVersion, startedAt, databaseBytes, wraparound, prepared, slots, standbys } = vitals;
  // Counters of a server that was restarted begin anew: a difference would mean nothing.
  const earlier = before?.vitals?.startedAt === startedAt ? before.vitals : undefined;
  const queries = queriesBetween(before?.counters, counters);
  const rates = earlier && ratesBetween(earlier, vitals, queries);
  const entersHere = groupId === 0 || (queries ?? 0) > 0;
  const countsLate = entersHere && Number.parseInt(postgresVersion, 10) >= firstToCountLate;
  const { activity } = node;
  return {
    ...identity,
    postgresVersion,
    startedAt,
    databaseBytes,
    connections: reportConnections(vitals, groupId === 0 ? null : poolSize),
    ...(rates && { rates: countsLate ? { ...rates, transactionsAreMinimum: true } : rates }),
    cache: reportCache(vitals.cache, earlier?.cache),
    ...(activity === undefined
      ? {}
      : { locks: { held: activity.locks.held, waiting: activity.locks.waiting } }),
    wraparound,
    prepared,
    slots,
    standbys,
  };
}

const firstToCountLate = 15;

function stateOf({ reach, kind, isActive }: NodeSample): NodeReport['state'] {
  if (kind !== 'primary') return 'standby';
  if (!isActive) return 'inactive';
  return reach === 'unreachable' ? 'unreachable' : 'active';
}

function reportConnections(
  { connections, maxConnections, reservedConnections }: Vitals,
  poolSize: number | null,
): ConnectionReport {
  return {
    used: connections,
    max: maxConnections,
    usable: maxConnections - reservedConnections,
    ...(poolSize === null || poolSize < 0 ? {} : { coordinatorMayTake: poolSize }),
  };
}

function ratesBetween(before: Vitals, after: Vitals, queries: number | undefined): NodeRates | undefined {
  const seconds = after.atSeconds - before.atSeconds;
  const perSecond = (count: (totals: Vitals['totals']) => number): number =>
    (count(after.totals) - count(before.totals)) / seconds;
  const rates = {
    transactions: perSecond(({ transactions }) => transactions),
    rollbacks: perSecond(({ rollbacks }) => rollbacks),
    tuplesRead: perSecond(({ tuplesRead }) => tuplesRead),
    tuplesWritten: perSecond(({ tuplesWritten }) => tuplesWritten),
    ...(queries === undefined ? {} : { queries: queries / seconds }),
  };
  // pg_stat_reset() in between takes counters back.
  return seconds > 0 && Object.values(rates).every((rate) => rate >= 0) ? rates : undefined;
}

function queriesBetween(
  before: QueryCounters | undefined,
  after: QueryCounters | undefined,
): number | undefined {
  const total = ({ singleShard, multiShard }: QueryCounters): number => singleShard + multiShard;
  return before && after && total(after) - total(before);
}

function reportCache(after: CacheCounts, before: CacheCounts | undefined): CacheReport {
  const whole = shares(after);
  if (!before) return whole;
  const between: CacheCounts = {
    tableHits: after.tableHits - before.tableHits,
    tableReads: after.tableReads - before.tableReads,
    indexHits: after.indexHits - before.indexHits,
    indexReads: after.indexReads - before.indexReads,
  };
  if (Object.values(between).some((count) => count < 0)) return whole;
  const { table, index } = shares(between);
  return {
    ...whole,
    ...(table === undefined ? {} : { intervalTable: table }),
    ...(index === undefined ? {} : { intervalIndex: index }),
    intervalBlocks: between.tableHits + between.tableReads + between.indexHits + between.indexReads,
  };
}

function shares({ tableHits, tableReads, indexHits, indexReads }: CacheCounts): CacheReport {
  const table = shareOf(tableHits, tableHits + tableReads);
  const index = shareOf(indexHits, indexHits + indexReads);
  return { ...(table === undefined ? {} : { table }), ...(index === undefined ? {} : { index }) };
}

// Of fewer blocks, a share says nothing.
const leastBlocks = 100;

function shareOf(part: number, whole: number): number | undefined {
  return whole < leastBlocks ? undefined : part / whole;
}
