import type { CitusNode } from '@shardwright/cluster';
import { EnvironmentError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/** How many readers and writers may be at work, and what bounds them. */
export interface ConnectionBudget {
  readonly jobs: number;
  readonly why: string;
}

/** Left for people who look what is going on. */
const spared = 3;

/**
 * How many jobs the servers have connections for, at most as many as asked. A job reads with one session of the source, if any,
 * and writes with one of a node, which opens one for each shard it sends to, up to its pool size. Throws
 * {@link EnvironmentError} when there is no room for one.
 */
export async function connectionBudget(
  asked: number,
  source: Connection | undefined,
  nodes: readonly CitusNode[],
): Promise<ConnectionBudget> {
  const bounds = [{ jobs: asked, why: 'as asked' }];
  if (source) {
    const { free } = await freeConnections(source);
    bounds.push({ jobs: free - spared, why: `${source.target} has ${free} free connections` });
  }
  for (const [index, node] of nodes.entries()) {
    await using connection = await openSession(node.url);
    const { free, poolSize } = await freeConnections(connection);
    const each = index === 0 ? 1 : 1 + poolSize;
    bounds.push({
      jobs: Math.floor((free - spared) / each),
      why: `${node.name}:${node.port} has ${free} free connections, of which a job takes up to ${each}`,
    });
  }
  const smallest = bounds.reduce((least, bound) => (bound.jobs < least.jobs ? bound : least));
  if (smallest.jobs >= 1) return smallest;
  throw new EnvironmentError(`there is no room for a single job: ${smallest.why}`, {
    hint: 'Raise max_connections there, or close sessions that are not needed.',
  });
}

async function freeConnections(
  connection: Connection,
): Promise<{ readonly free: number; readonly poolSize: number }> {
  const [row] = await connection.query<{ free: number; pool: number }>(
    `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
              - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS free,
            coalesce(current_setting('citus.max_adaptive_executor_pool_size', true)::int, 0) AS pool`,
  );
  return { free: row?.free ?? 0, poolSize: row?.pool ?? 0 };
}
