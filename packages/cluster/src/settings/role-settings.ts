import { availableParallelism, totalmem } from 'node:os';
import type { NodeRole } from '../cluster.ts';
import type { ServerSettings } from './server-settings.ts';

/** One line of postgresql.conf and the reason for its value. */
export interface Setting {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly why: string;
}

/** What the nodes of a cluster may use of the machine that they share. */
export interface Resources {
  /** For all nodes together. */
  readonly memoryBytes: number;
  readonly cores: number;
  readonly workers: number;
}

/** Half of this machine's memory, or of what its control group may have, and all of its cores. */
export function machineResources(workers: number): Resources {
  // 0, or more than there is, where nothing limits it.
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return { memoryBytes: Math.min(totalmem(), limit) / 2, cores: availableParallelism(), workers };
}

/** Lines of a throw-away node's postgresql.conf, however it is started: small, whatever the machine has. */
export function throwAwayRoleSettings(role: NodeRole): ServerSettings {
  return toServerSettings([
    ...shardMoveSettings,
    {
      name: 'max_connections',
      // One COPY into 32 shards takes 16 backends per worker, and workers connect to one another as well.
      value: role === 'coordinator' ? 200 : 300,
      why: 'workers serve the coordinator’s connections and one another’s',
    },
    ...nodeConnectionSettings,
  ]);
}

/**
 * A lasting node's settings, with reasons. The ratios reproduce Citus practice: a coordinator of 2 GB with 512 MB
 * of shared buffers, 32 MB of work memory and 100 connections beside workers of 8 GB with 2 GB, 128 MB and 200.
 */
export function roleSettings(role: NodeRole, resources: Resources): readonly Setting[] {
  const memoryBytes = resources.memoryBytes * memoryShare(role, resources.workers);
  const holdsShards = role === 'worker' || resources.workers === 0;
  const parallel = Math.min(4, Math.floor(resources.cores / 2));
  return [
    {
      name: 'shared_buffers',
      value: megabytes(memoryBytes / 4, 16),
      why: `a quarter of this node’s ${formatMegabytes(memoryBytes)}`,
    },
    {
      name: 'effective_cache_size',
      value: megabytes((memoryBytes * 3) / 4, 16),
      why: 'three quarters: its own buffers and the system’s cache',
    },
    {
      name: 'work_mem',
      value: megabytes(Math.min(memoryBytes / 64, 1024 * mebibyte), 4),
      why: 'a 64th: a query may take several, a session one query',
    },
    {
      name: 'maintenance_work_mem',
      value: megabytes(Math.min(memoryBytes / 16, 2048 * mebibyte), 16),
      why: 'a 16th, at most 2 GB: for building indexes',
    },
    holdsShards
      ? {
          name: 'max_connections',
          value: 200,
          why: 'more than the coordinator’s: workers connect to one another',
        }
      : { name: 'max_connections', value: 100, why: 'clients; pool more of them with PgBouncer' },
    ...shardMoveSettings,
    {
      name: 'max_parallel_workers',
      value: Math.max(2, resources.cores),
      why: 'the machine’s cores',
    },
    {
      name: 'max_parallel_workers_per_gather',
      value: parallel,
      why: 'half of the cores, at most 4: shards already run in parallel',
    },
    {
      name: 'citus.shard_count',
      value: Math.max(32, 4 * resources.cores),
      why: 'four per core, at least 32, so that nodes can be added without splitting',
    },
    {
      name: 'citus.max_cached_conns_per_worker',
      value: 4,
      why: 'sessions keep this many connections to each worker',
    },
    {
      name: 'citus.max_adaptive_executor_pool_size',
      value: 32,
      why: 'one query opens at most this many to each worker',
    },
    ...nodeConnectionSettings,
  ];
}

/** Settings as postgresql.conf takes them. */
export function toServerSettings(settings: readonly Setting[]): ServerSettings {
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

const mebibyte = 1024 * 1024;

/** Workers get four times the coordinator's memory: they hold the rows and do the work. */
function memoryShare(role: NodeRole, workers: number): number {
  if (workers === 0) return 1;
  return (role === 'coordinator' ? 1 : 4) / (1 + 4 * workers);
}

function megabytes(bytes: number, least: number): string {
  return `${Math.max(least, Math.floor(bytes / mebibyte))}MB`;
}

function formatMegabytes(bytes: number): string {
  return `${Math.floor(bytes / mebibyte)} MB`;
}

const shardMoveSettings: readonly Setting[] = [
  {
    name: 'shared_preload_libraries',
    value: 'citus,pg_stat_statements',
    why: 'Citus insists on the first place',
  },
  {
    name: 'wal_level',
    value: 'logical',
    why: 'shard moves are accepted with less, and then never end',
  },
  { name: 'max_worker_processes', value: 32, why: 'each shard move takes some; fewer make moves stall' },
  { name: 'max_replication_slots', value: 16, why: 'as above, on the node that shards leave' },
  { name: 'max_wal_senders', value: 16, why: 'as above' },
  { name: 'max_logical_replication_workers', value: 16, why: 'as above, on the node that shards come to' },
  { name: 'wal_retrieve_retry_interval', value: '250ms', why: 'halves the time of a small shard’s move' },
  { name: 'max_prepared_transactions', value: 300, why: 'writes to several nodes commit in two phases' },
];

const nodeConnectionSettings: readonly Setting[] = [
  {
    name: 'citus.node_conninfo',
    value: 'sslmode=disable',
    why: 'nodes share this machine; by default Citus would make certificates',
  },
  { name: 'citus.enable_statistics_collection', value: false, why: 'sends nothing to Citus’ makers' },
];
