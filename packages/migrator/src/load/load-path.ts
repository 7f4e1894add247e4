import type { TableLoad } from '@shardwright/planner';
import type { CopyFormat } from './copy-format.ts';
import { rowRouter } from './direct/route-rows.ts';

/**
 * How rows get to their shards. `coordinator`: it takes them and sends them on. `all-nodes`: the workers do so, in
 * turn. `direct`: sorted here and sent to the shards themselves.
 */
export const loadPaths = ['coordinator', 'all-nodes', 'direct'] as const;

/** One of {@link loadPaths}. */
export type LoadPath = (typeof loadPaths)[number];

/** A table's path, and in words why it is that. */
export interface ChosenPath {
  readonly path: LoadPath;
  readonly why: string;
}

/** What speaks against sending rows from here to the workers. */
export interface Surroundings {
  /** Why some worker cannot be reached from here; absent where all can. */
  readonly unreachable?: string;
  readonly workers: number;
  /** Of the target. Hashes are of the bytes that the server keeps. */
  readonly serverEncoding: string;
}

/** Below, going to every shard by itself costs more than it saves. */
const smallBytes = 1024 * 1024;

/** The fastest path that is safe for a table, or the nearest to the one that was asked for. */
export function choosePath(
  load: TableLoad,
  { format }: CopyFormat,
  bytes: number,
  surroundings: Surroundings,
  asked?: LoadPath,
): ChosenPath {
  const through = (why: string): ChosenPath => ({ path: 'coordinator', why });
  if (asked === 'coordinator') return through('as asked');
  if (load.kind === 'local') return through('the table lives on the coordinator');
  if (load.kind === 'reference') return through('every node gets each row, in one transaction');
  if (surroundings.unreachable !== undefined) return through(surroundings.unreachable);
  const obstacle = directObstacle(load, format, surroundings);
  if (asked === 'all-nodes') return { path: 'all-nodes', why: 'as asked' };
  if (asked === 'direct' && obstacle === undefined) return { path: 'direct', why: 'as asked' };
  if (obstacle !== undefined) {
    return surroundings.workers > 1 && bytes >= smallBytes
      ? { path: 'all-nodes', why: `${obstacle}; workers take turns at sending the rows on` }
      : through(obstacle);
  }
  if (bytes < smallBytes) return through('the table is small');
  return { path: 'direct', why: 'rows are sorted here, and no node parses what it does not keep' };
}

/** Why the rows of a table cannot be sorted here; `undefined` where they can. */
function directObstacle(
  load: TableLoad,
  format: CopyFormat['format'],
  { serverEncoding }: Surroundings,
): string | undefined {
  if (load.kind !== 'distributed') return 'the table is not cut by hash';
  if (serverEncoding !== 'UTF8')
    return `keys are hashed as UTF8 here, and the target keeps ${serverEncoding}`;
  const index = keyIndex(load);
  const type = load.columns[index]?.type ?? '';
  return rowRouter(format, type, index) === undefined
    ? `keys of type ${type} are hashed by Citus only`
    : undefined;
}

/** The place of the distribution column among the columns that are read; -1 where there is none. */
export function keyIndex({ columns, distributionColumn }: TableLoad): number {
  return columns.findIndex(({ name }) => name === distributionColumn);
}
