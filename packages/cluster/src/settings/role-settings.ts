import type { NodeRole } from '../cluster.ts';
import type { ServerSettings } from './server-settings.ts';

/** Lines of a throw-away node's postgresql.conf, however it is started. */
export function citusSettings(role: NodeRole): ServerSettings {
  return {
    ...sharedSettings,
    // One COPY into 32 shards takes 16 backends per worker, and workers connect to one another as well.
    max_connections: role === 'coordinator' ? 200 : 300,
    // Citus wants SSL between nodes by default and would make certificates for it.
    'citus.node_conninfo': 'sslmode=disable',
    'citus.enable_statistics_collection': false,
  };
}

const sharedSettings = {
  shared_preload_libraries: 'citus,pg_stat_statements',
  // Shard moves and change capture use logical replication; the workers and slots below keep them from stalling.
  wal_level: 'logical',
  max_worker_processes: 32,
  max_replication_slots: 16,
  max_wal_senders: 16,
  max_logical_replication_workers: 16,
  wal_retrieve_retry_interval: '250ms',
  max_prepared_transactions: 300,
};
