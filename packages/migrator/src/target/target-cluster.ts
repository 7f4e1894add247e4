import { type CitusNode, listCitusNodes } from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/** The Citus database that rows go to. */
export interface TargetCluster {
  readonly coordinator: CitusNode;
  /** Coordinator first; only it where workers cannot be reached from here. */
  readonly nodes: readonly CitusNode[];
  readonly workers: number;
  /** Why some worker cannot be reached from here; absent where all can. */
  readonly unreachable?: string;
  readonly serverEncoding: string;
  /** As the source's `identity`. */
  readonly identity: string;
}

/** Looks at the target, and which of its nodes can be reached. Throws {@link EnvironmentError} where it is none. */
export async function lookAtTarget(url: string, connection: Connection): Promise<TargetCluster> {
  const [found] = await connection.query<{ citus: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS citus",
  );
  if (!found?.citus) {
    throw new EnvironmentError(`${connection.target} has no Citus`, {
      hint: 'Name the coordinator of the target, and run CREATE EXTENSION citus in that database.',
    });
  }
  const [facts] = await connection.query<{ group: number; encoding: string; identity: string }>(
    `SELECT (SELECT groupid FROM pg_dist_local_group) AS "group", current_setting('server_encoding') AS encoding,
            (SELECT system_identifier FROM pg_control_system()) || '/' ||
            (SELECT oid FROM pg_database WHERE datname = current_database()) AS identity`,
  );
  if (facts?.group !== 0) {
    throw new EnvironmentError(`${connection.target} is a worker`, { hint: 'Name the coordinator.' });
  }
  const nodes = await listCitusNodes(url);
  const [coordinator, ...workers] = nodes;
  if (!coordinator) throw new EnvironmentError(`${connection.target} knows no nodes`);
  const unreachable = await firstUnreachable(workers);
  return {
    coordinator,
    nodes: unreachable === undefined ? nodes : [coordinator],
    workers: workers.length,
    ...(unreachable === undefined ? {} : { unreachable }),
    serverEncoding: facts.encoding,
    identity: facts.identity,
  };
}

async function firstUnreachable(workers: readonly CitusNode[]): Promise<string | undefined> {
  const reasons = await Promise.all(
    workers.map(async (node) => {
      try {
        await using _connection = await openSession(node.url);
        return undefined;
      } catch (error) {
        return `worker ${node.name}:${node.port} cannot be reached from here (${error instanceof Error ? error.message : error})`;
      }
    }),
  );
  return reasons.find((reason) => reason !== undefined);
}
