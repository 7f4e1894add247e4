import { randomBytes } from 'node:crypto';
import { EnvironmentError } from '@shardwright/core';
import type { BorrowedCluster, ClusterOptions } from '../cluster.ts';
import { createCitusDatabase, dropCitusDatabase, listCitusNodes } from '../database/citus-database.ts';
import { databaseUrl } from '../database/database-url.ts';
import { furnish } from '../database/furnish.ts';
import { depositWill } from '../last-will/last-will.ts';

/**
 * A database of our own on a running cluster, in place of one started for us; nothing else there is touched, and
 * disposing drops it. Workers have to be reachable from here under the names that the cluster has for them. Throws
 * {@link EnvironmentError} when the cluster is smaller than asked for.
 */
export async function borrowCluster(
  options: ClusterOptions & { readonly url: string },
): Promise<BorrowedCluster> {
  const nodes = await listCitusNodes(options.url);
  const workers = nodes.length - 1;
  if (workers < options.workers) {
    throw new EnvironmentError(
      `the existing cluster has ${workers} workers, and ${options.workers} are needed`,
      { hint: 'Add workers to it, or use another provider.' },
    );
  }
  if (options.settings !== undefined) {
    throw new EnvironmentError('the settings of an existing cluster are not ours to change', {
      hint: 'Use another provider, or start without settings.',
    });
  }
  const database = `shardwright_${randomBytes(6).toString('hex')}`;
  const used = nodes.slice(0, options.workers + 1);
  const will = await depositWill({ kind: 'drop Citus database', nodes: used, database });
  const drop = async () => {
    await dropCitusDatabase(used, database);
    await will.revoke();
  };
  try {
    await createCitusDatabase(used, database);
    const url = databaseUrl(used[0]?.url ?? '', database);
    await furnish(url, options);
    return {
      provider: 'existing',
      nodes: used.map((node) => ({ ...node, url: databaseUrl(node.url, database) })),
      url: (other = database) => databaseUrl(url, other),
      [Symbol.asyncDispose]: drop,
    };
  } catch (error) {
    await drop();
    throw error;
  }
}
