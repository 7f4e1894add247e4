import { findAbandonedDirectories, isAbandoned, removeAbandonedDirectory } from '../local/leftovers.ts';
import { clusterDirectory, listClusterNames, readRecord } from './cluster-record.ts';
import { removeCluster } from './down-cluster.ts';
import { listClaimants, releasePorts } from './port-claims.ts';

/** Something that a process which ended hard, or a machine that did, has left behind. */
export interface Leftover {
  readonly kind: 'throw-away servers' | 'unfinished cluster' | 'ports';
  /** Its directory, or its cluster's name. */
  readonly subject: string;
  remove(): Promise<void>;
}

/** What nobody uses any more and nothing will remove by itself. */
export async function findLeftovers(): Promise<readonly Leftover[]> {
  const names = await listClusterNames();
  const [directories, unfinished, claimants] = await Promise.all([
    findAbandonedDirectories(),
    Promise.all(names.map(isUnfinished)),
    listClaimants(),
  ]);
  return [
    ...directories.map(
      (directory): Leftover => ({
        kind: 'throw-away servers',
        subject: directory,
        remove: () => removeAbandonedDirectory(directory),
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
    ...[...claimants]
      .filter((name) => !names.includes(name))
      .map((name): Leftover => ({ kind: 'ports', subject: name, remove: () => releasePorts(name) })),
  ];
}

async function isUnfinished(name: string): Promise<boolean> {
  const record = await readRecord(name);
  return record?.complete !== true && (await isAbandoned(clusterDirectory(name)));
}
