import type { Connection } from '@shardwright/postgres';

/** What one node answered, or why it did not. */
export type NodeAnswer<Value> =
  | { readonly nodeId: number; readonly ok: true; readonly value: Value }
  | { readonly nodeId: number; readonly ok: false; readonly reason: string };

/**
 * Runs a query of one JSON value on every active node at once, the coordinator included. A node that is down or
 * refuses does not keep the others from answering.
 */
export async function queryEveryNode<Value>(
  connection: Connection,
  sql: string,
): Promise<readonly NodeAnswer<Value>[]> {
  const rows = await connection.query<{ nodeid: number; success: boolean; result: string }>(
    'SELECT nodeid, success, result FROM run_command_on_all_nodes($1)',
    [sql],
  );
  return rows.map(({ nodeid, success, result }) =>
    success
      ? { nodeId: nodeid, ok: true, value: JSON.parse(result) as Value }
      : { nodeId: nodeid, ok: false, reason: result },
  );
}
