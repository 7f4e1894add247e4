import { formatBytes, formatShare, plural } from '@shardwright/core';
import type { ReplicationSlot } from '../sample.ts';
import type { NodeReport } from '../snapshot.ts';
import type { AlertRule } from './alert.ts';
import { duration } from './words.ts';

/** What can be wrong with a single node. */
export const nodeRules: readonly AlertRule[] = [
  {
    id: 'node-unreachable',
    find: ({ nodes, problems }) =>
      nodes
        .filter(({ state }) => state === 'unreachable')
        .map(({ node, id }) => ({
          severity: 'error',
          node,
          what: `${node} does not answer the coordinator`,
          evidence: problems.find(({ nodeId }) => nodeId === id)?.reason ?? 'no answer',
          fix: 'Start its server, or look for what keeps the coordinator from it; queries that touch its shards fail until then. cluster health tries every connection between the nodes.',
        })),
  },
  {
    id: 'node-inactive',
    find: ({ nodes }) =>
      nodes
        .filter(({ state }) => state === 'inactive')
        .map(({ node }) => ({
          severity: 'warning',
          node,
          what: `${node} is switched off`,
          evidence: 'pg_dist_node.isactive is false',
          fix: `SELECT citus_activate_node(nodename, nodeport) FROM pg_dist_node WHERE NOT isactive, or remove the node.`,
        })),
  },
  {
    id: 'metadata-not-synced',
    find: ({ nodes }) =>
      nodes
        .filter(({ state, isMetadataSynced }) => state === 'active' && !isMetadataSynced)
        .map(({ node }) => ({
          severity: 'error',
          node,
          what: `${node} does not know the latest shards`,
          evidence: 'pg_dist_node.metadatasynced is false',
          fix: 'Citus tries again by itself while the node answers; if it stays so, SELECT start_metadata_sync_to_all_nodes() on the coordinator.',
        })),
  },
  {
    id: 'prepared-transaction-left',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap(({ node, prepared = [] }) => {
        const left = prepared.filter(({ ageSeconds }) => ageSeconds >= thresholds['prepared-seconds']);
        const [oldest] = left;
        if (!oldest) return [];
        const isOfCitus = oldest.gid.startsWith('citus_');
        return {
          severity: 'error',
          node,
          what: `${node} keeps ${plural(left.length, 'prepared transaction')} that nobody finishes: locks stay held, and vacuum keeps old rows`,
          evidence: `'${oldest.gid}' in ${oldest.database} was prepared ${duration(oldest.ageSeconds)} ago`,
          fix: isOfCitus
            ? 'SELECT recover_prepared_transactions() on the node that began it (the first number of the name is its group, 0 the coordinator); look in its log for why that did not happen by itself.'
            : `Ask who prepared it, ${oldest.owner}; then COMMIT PREPARED or ROLLBACK PREPARED '${oldest.gid}' in ${oldest.database} on ${node}.`,
        };
      }),
  },
  {
    id: 'slot-inactive',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap(({ node, slots = [] }) =>
        slots
          .filter(({ isActive }) => !isActive)
          .map((slot) => ({
            severity: isDangerous(slot, thresholds['slot-retained-bytes']) ? 'error' : 'warning',
            node,
            what: `Nobody reads the replication slot ${slot.name} of ${node}`,
            evidence: slotEvidence(slot),
            fix: `Start its reader, or SELECT pg_drop_replication_slot('${slot.name}') on ${node}: until then no WAL is removed, and the disk fills.`,
          })),
      ),
  },
  {
    id: 'slot-behind',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap(({ node, slots = [] }) =>
        slots
          .filter((slot) => slot.isActive && isDangerous(slot, thresholds['slot-retained-bytes']))
          .map((slot) => ({
            severity: 'warning',
            node,
            what: `The reader of the replication slot ${slot.name} of ${node} is behind`,
            evidence: slotEvidence(slot),
            fix: 'See what holds its reader up; set max_slot_wal_keep_size if the disk may not fill for it.',
          })),
      ),
  },
  {
    id: 'standby-behind',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap(({ node, standbys = [] }) =>
        standbys
          .filter(
            ({ state, lagSeconds, lagBytes }) =>
              (state !== 'streaming' && state !== 'backup') ||
              ((lagSeconds ?? 0) >= thresholds['standby-lag-seconds'] && (lagBytes ?? 0) > 0),
          )
          .map(({ name, state, lagSeconds, lagBytes }) => ({
            severity: 'warning',
            node,
            what: `The standby ${name} of ${node} is behind`,
            evidence: `state ${state}, ${duration(lagSeconds ?? 0)} and ${formatBytes(lagBytes ?? 0)} not replayed`,
            fix: 'See whether a query there holds replay up, and whether its disk and network keep pace; a failover now would lose or wait for the rest.',
          })),
      ),
  },
  {
    id: 'wraparound',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap(({ node, wraparound }) => {
        const age = Math.max(wraparound?.transactionAge ?? 0, wraparound?.multixactAge ?? 0);
        if (!wraparound || age < thresholds['transaction-age']) return [];
        return {
          severity: age >= thresholds['transaction-age-error'] ? 'error' : 'warning',
          node,
          what: `${node} comes near transaction id wraparound: vacuum does not freeze old rows`,
          evidence: `the oldest of database ${wraparound.database} is ${Math.round(age / 1e6)} million transactions old`,
          fix: 'End old transactions, prepared transactions and unused slots on that node, then VACUUM (FREEZE) its oldest tables.',
        };
      }),
  },
  {
    id: 'cache-hit-low',
    find: ({ nodes, thresholds }) =>
      nodes.flatMap((report) => {
        const hits = recentHits(report);
        if (hits === undefined || hits >= thresholds['cache-hit']) return [];
        const { node, cache } = report;
        return {
          severity: 'warning',
          node,
          what: `${node} reads much from outside shared buffers`,
          evidence: `in the last seconds ${shareOrNone(cache?.intervalTable)} of table blocks and ${shareOrNone(cache?.intervalIndex)} of index blocks were found there, of ${plural(cache?.intervalBlocks ?? 0, 'block')}`,
          fix: 'Look for statements that scan whole tables; else give the node more shared_buffers, or spread its shards over more nodes.',
        };
      }),
  },
];

function shareOrNone(share: number | undefined): string {
  return share === undefined ? 'none' : formatShare(share);
}

function isDangerous({ retainedBytes, walStatus }: ReplicationSlot, limit: number): boolean {
  return (retainedBytes ?? 0) >= limit || walStatus === 'unreserved' || walStatus === 'lost';
}

function slotEvidence({ kind, retainedBytes, walStatus }: ReplicationSlot): string {
  return `${kind} slot, ${formatBytes(retainedBytes ?? 0)} of WAL retained, WAL status ${walStatus ?? 'unknown'}`;
}

// Fewer blocks say nothing about a cache.
const leastBlocks = 10_000;

function recentHits({ cache }: NodeReport): number | undefined {
  if (cache === undefined || (cache.intervalBlocks ?? 0) < leastBlocks) return undefined;
  return Math.min(cache.intervalTable ?? 1, cache.intervalIndex ?? 1);
}
