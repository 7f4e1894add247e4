import { DatabaseError } from '@shardwright/core';
import { connectionHint } from '../connection-hint.ts';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';
import { readSql } from '../sql-file.ts';
import { queryServer } from './query-server.ts';

/** A server with citus in the cluster's database. */
export interface ProbedServer extends NodeAddress {
  readonly postgres: string;
  readonly database: string;
  /** Version of the extension. */
  readonly citus: string;
  readonly walLevel: string;
  readonly isInRecovery: boolean;
  readonly systemIdentifier: string;
  /** The group it believes to be: 0 when in no cluster. */
  readonly groupId: number;
  /** The nodes it knows, itself included. */
  readonly nodes: readonly (NodeAddress & { readonly id: number; readonly groupId: number })[];
}

/**
 * Asks a server, as the coordinator reaches it, what it is. Throws {@link DatabaseError} when it cannot be
 * reached, lacks citus, or has another version of it than the coordinator.
 */
export async function probeServer(coordinator: Coordinator, server: NodeAddress): Promise<ProbedServer> {
  const at = coordinator.nameOf(server);
  const facts = await queryServer<Omit<ProbedServer, keyof NodeAddress | 'citus'> & { citus: string | null }>(
    coordinator,
    server,
    await readSql('target-facts'),
  );
  if (!facts.ok) {
    throw new DatabaseError(
      `${facts.isUnreachable ? `the coordinator cannot connect to ${at}` : `${at} cannot be asked what it is`}: ${facts.reason}`,
      { hint: connectionHint(facts.reason, server) },
    );
  }
  const { citus, database } = facts.value;
  if (citus === null) {
    throw new DatabaseError(`${at} has no extension citus in its database ${database}`, {
      hint: 'There, with citus first in shared_preload_libraries: CREATE EXTENSION citus.',
    });
  }
  const [own] = await coordinator.query<{ version: string }>(
    "SELECT extversion AS version FROM pg_extension WHERE extname = 'citus'",
  );
  if (own?.version !== citus) {
    throw new DatabaseError(`${at} has citus ${citus}, the coordinator ${own?.version}`, {
      hint: 'Install the same Citus on both, restart the one that changed, then ALTER EXTENSION citus UPDATE there.',
    });
  }
  const membership = await queryServer<Pick<ProbedServer, 'groupId' | 'nodes'>>(
    coordinator,
    server,
    await readSql('target-membership'),
  );
  if (!membership.ok)
    throw new DatabaseError(`${at} does not tell which cluster it is in: ${membership.reason}`);
  return { ...server, ...facts.value, ...membership.value, citus };
}
