import { findAbandonedContainers } from '../containers/abandoned-containers.ts';
import { dropAbandonedDatabase, findAbandonedDatabases } from '../last-will/abandoned-databases.ts';
import { findAbandonedDirectories, isAbandoned, removeAbandonedDirectory } from '../local/leftovers.ts';
import { formatNode } from '../operate/node-address.ts';
import { clusterDirectory, listClusterNames, readRecord } from './cluster-record.ts';
import { removeCluster } from './down-cluster.ts';
import { listClaimants, releasePorts } from './port-claims.ts';
import { findAbandonedWorker, settleAbandonedWorker } from './unfinished-worker.ts';

/** Something that a process which ended hard, or a machine that did, has left behind. */
export interface Leftover {
  readonly kind:
    | 'throw-away servers'
    | 'throw-away containers'
    | 'containers without a record'
    | 'unfinished cluster'
    | 'unfinished worker'
    | 'database'
    | 'ports';
  /** Its directory or its name: a worker's with its cluster, a database's with its nodes, of containers what all theirs share. */
  readonly subject: string;
  remove(): Promise<void>;
}

/** What nobody uses any more and nothing will remove by itself. */
export async function findLeftovers(): Promise<readonly Leftover[]> {
  const names = await listClusterNames();
  const [directories, containers, unfinished, workers, claimants, databases] = await Promise.all([
    findAbandonedDirectories(),
    findAbandonedContainers(),
    Promise.all(names.map(isUnfinished)),
    Promise.all(names.map(findUnfinishedWorker)),
    listClaimants(),
    findAbandonedDatabases(),
  ]);
  return [
    ...databases.map(
      (database): Leftover => ({
        kind: 'database',
        subject: `${database.database} on ${database.nodes.map(formatNode).join(', ')}`,
        remove: () => dropAbandonedDatabase(database),
      }),
    ),
    ...directories.map(
      (directory): Leftover => ({
        kind: 'throw-away servers',
        subject: directory,
        remove: () => removeAbandonedDirectory(directory),
      }),
    ),
    ...containers.map(
      ({ kind, cluster, remove }): Leftover => ({
        kind: kind === 'named' ? 'containers without a record' : 'throw-away containers',
        subject: cluster,
        remove,
      }),
    ),
    ...names
      .filter((_, index) => unfinished[index])
      .map(
        (name): Leftover => ({
          kind: 'unfinished cluster',
          subject: name,
          remove: () => removeCluster(name),
        }),
      ),
    ...workers.filter((worker) => worker !== undefined),
    ...[...claimants]
      .filter((name) => !names.includes(name))
      .map((name): Leftover => ({ kind: 'ports', subject: name, remove: () => releasePorts(name) })),
  ];
}

async function isUnfinished(name: string): Promise<boolean> {
  const record = await readRecord(name);
  return record?.complete !== true && (await isAbandoned(clusterDirectory(name)));
}

async function findUnfinishedWorker(name: string): Promise<Leftover | undefined> {
  const [record, label] = [await readRecord(name), await findAbandonedWorker(name)];
  if (!record?.complete || label === undefined) return undefined;
  return {
    kind: 'unfinished worker',
    subject: `${name}/${label}`,
    remove: () => settleAbandonedWorker(record, label),
  };
}
