import { DatabaseError, type QualifiedName } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { HiddenRows } from '../model/verification.ts';
import { hiddenRowsSql } from '../sql-files.ts';

interface FoundHeap extends QualifiedName {
  readonly bytes: number;
  readonly rows: number;
  readonly lost: boolean;
}

/** Finds tables of Citus that hold something in their own heap, on any node. Throws {@link DatabaseError}. */
export async function findHiddenRows(coordinator: Connection): Promise<readonly HiddenRows[]> {
  const answers = await coordinator.query<{ node: string; success: boolean; result: string }>(
    `SELECT nodename || ':' || nodeport AS node, success, result
     FROM run_command_on_all_nodes($1) JOIN pg_dist_node USING (nodeid) ORDER BY groupid`,
    [hiddenRowsSql],
  );
  return answers.flatMap(({ node, success, result }) => {
    if (!success) throw new DatabaseError(`cannot see what is on ${node}: ${result}`);
    const heaps = JSON.parse(result) as readonly FoundHeap[];
    return heaps.map(({ schema, name, bytes, rows, lost }) => ({
      ...{ schema, name, node },
      sizeBytes: bytes,
      liveRows: rows,
      ...(lost ? { isUnknown: true } : {}),
    }));
  });
}
