import { nameKey, type QualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { groupBy } from '../group-by.ts';
import { relationsSql, shardsSql } from '../sql-files.ts';
import type { FoundColumn } from './column.ts';
import type { Placement, ShardedTable } from './shard-rows.ts';

/** A relation that holds rows itself. */
export interface Relation extends QualifiedName {
  /** The partitioned table at the top, or itself. */
  readonly root: QualifiedName;
  readonly kind: 'r' | 'f';
  readonly isHeap: boolean;
  readonly bytes: number;
  readonly estimatedRows: number;
  readonly columns: readonly FoundColumn[];
  /** Columns of its primary key. */
  readonly key: readonly string[];
}

/** Reads the relations of a database, largest first. */
export async function readRelations(connection: Connection): Promise<readonly Relation[]> {
  const rows = await connection.query<Omit<Relation, 'bytes'> & { bytes: string }>(relationsSql);
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

interface ShardRow extends QualifiedName, Placement {
  readonly method: ShardedTable['method'];
  readonly distributionColumn: string | null;
}

/** The tables of Citus by name; empty where the database has no Citus. */
export async function readShards(connection: Connection): Promise<ReadonlyMap<string, ShardedTable>> {
  const [citus] = await connection.query<{ found: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS found",
  );
  if (citus?.found !== true) return new Map();
  const rows = await connection.query<ShardRow>(shardsSql);
  const tables = [...groupBy(rows, nameKey).values()].flatMap((placements): ShardedTable[] => {
    const [first] = placements;
    if (first === undefined) return [];
    const { schema, name, method, distributionColumn } = first;
    return [{ schema, name, method, distributionColumn, placements }];
  });
  return new Map(tables.map((table) => [nameKey(table), table]));
}
