import { quoteQualifiedName } from '@shardwright/core';
import type { TableLoad } from '@shardwright/planner';
import type { JournalledLoad, LoadedChunk } from '../journal/journal.ts';
import type { ShardMap } from './direct/shard-map.ts';

/** A table, with what was decided for it. */
export interface DecidedTable {
  readonly load: TableLoad;
  readonly journalled: JournalledLoad;
}

/** A table on its way. */
export interface TableAtWork extends DecidedTable {
  /** Set where rows go straight to the shards. */
  readonly shards?: ShardMap;
}

/** One thing that is done in one go: a chunk of a table, or the rows of it that have no place. */
export interface LoadTask extends TableAtWork {
  readonly chunk: number;
  /** Shards that have it already, with the rows of each. */
  readonly loaded: ReadonlyMap<string, number>;
}

/** Stands for the rows that are set aside; where each chunk has its own, this one and those below. */
export const setAside = -1;

/** How a table is called in the journal. */
export function relationOf({ source }: Pick<TableLoad, 'source'>): string {
  return quoteQualifiedName(source);
}

/** Whether values of a table come over a join, possibly from any other. */
export function readsOthers({ select }: Pick<TableLoad, 'select'>): boolean {
  return /\bLEFT JOIN\b/.test(select);
}

/** What is not loaded yet, largest tables first, the parts of each in order. */
export function openTasks(
  tables: readonly TableAtWork[],
  loaded: readonly LoadedChunk[],
): readonly LoadTask[] {
  const loadedOf = loadedByChunk(loaded);
  const sorted = [...tables].sort((a, b) => b.journalled.bytes - a.journalled.bytes);
  return sorted.flatMap((table) => {
    const chunks = Array.from({ length: table.journalled.chunks }, (_, index) => index);
    if (table.load.isPlaced !== undefined) chunks.push(setAside);
    return chunks.flatMap((chunk): LoadTask[] => {
      const done = loadedOf(relationOf(table.load), chunk);
      return isWhole(done, table, chunk) ? [] : [{ ...table, chunk, loaded: done }];
    });
  });
}

/** Shards that have a chunk, with the rows of each. */
export function loadedByChunk(
  loaded: readonly LoadedChunk[],
): (relation: string, chunk: number) => ReadonlyMap<string, number> {
  const byChunk = new Map<string, Map<string, number>>();
  for (const { relation, chunk, shard, rows } of loaded) {
    const key = `${relation} ${chunk}`;
    const shards = byChunk.get(key) ?? new Map<string, number>();
    byChunk.set(key, shards.set(shard, rows));
  }
  return (relation, chunk) => byChunk.get(`${relation} ${chunk}`) ?? new Map();
}

/** Whether every shard has the chunk. A row for all of them counts whatever path the table takes by now. */
export function isWhole(done: ReadonlyMap<string, number>, { shards }: TableAtWork, chunk: number): boolean {
  if (done.has('0')) return true;
  return chunk !== setAside && shards !== undefined && shards.every(({ id }) => done.has(id));
}
