import { quoteLiteral } from '@shardwright/core';
import type { Check } from './check.ts';

/** A worker with old metadata plans queries for nodes and shards as they were. */
export const metadataNotSynced: Check = {
  id: 'metadata-not-synced',
  run: ({ coordinator, nodes }) =>
    nodes
      .filter(
        (node) => node.kind === 'primary' && node.isActive && !(node.hasMetadata && node.isMetadataSynced),
      )
      .map((node) => ({
        severity: 'error',
        what: `${coordinator.nameOf(node)} does not know the cluster as it is now`,
        evidence: `pg_dist_node of node ${node.id}: hasmetadata ${node.hasMetadata}, metadatasynced ${node.isMetadataSynced}`,
        fix: `Citus tells it within a minute, once it answers; to force it, SELECT start_metadata_sync_to_node(${quoteLiteral(node.name)}, ${node.port}) on the coordinator.`,
      })),
};
