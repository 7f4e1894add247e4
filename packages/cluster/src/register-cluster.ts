import type { ClusterOptions, RunningCluster, RunningNode } from './cluster.ts';
import { addWorkerTo, createCitusDatabase } from './database/citus-database.ts';
import { databaseUrl } from './database/database-url.ts';
import { furnish } from './database/furnish.ts';
import { settleAll } from './settle-all.ts';

/** How a provider starts and ends the nodes of a throw-away cluster. */
export interface NodeStarter {
  readonly provider: RunningCluster['provider'];
  /** The coordinator is 0, workers count from 1. */
  start(index: number): Promise<RunningNode>;
  /** Removes one node that runs, with its data. */
  discard(node: RunningNode): Promise<void>;
  /** Removes all there is of the cluster. */
  remove(): Promise<void>;
}

const database = 'postgres';

/** Starts all nodes of a throw-away cluster and makes one of them; when that fails, removes what there is of it. */
export async function registerCluster(
  options: ClusterOptions,
  { provider, start, discard, remove }: NodeStarter,
): Promise<RunningCluster> {
  try {
    const starts = Array.from({ length: options.workers + 1 }, (_, index) => start(index));
    const nodes = [...(await settleAll(starts))];
    const [coordinator] = nodes;
    if (!coordinator) throw new RangeError(`a cluster cannot have ${options.workers} workers`);
    await createCitusDatabase(nodes, database);
    await furnish(coordinator.url, options);
    return {
      provider,
      nodes,
      url: (other = database) => databaseUrl(coordinator.url, other),
      addWorker: async () => {
        const worker = await start(nodes.length);
        try {
          await addWorkerTo(nodes, database, worker);
        } catch (error) {
          await discard(worker);
          throw error;
        }
        nodes.push(worker);
        return worker;
      },
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
