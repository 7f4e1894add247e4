import { connectionReasons } from '../connection-reasons.ts';
import type { Coordinator } from '../coordinator.ts';
import type { NodeAddress } from '../node-address.ts';

/** What a server answered, or why it did not. */
export type ServerAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  /** `unreachable`: no connection; else it answered with an error. */
  | { readonly ok: false; readonly isUnreachable: boolean; readonly reason: string };

/**
 * Runs a query of one JSON value on a server, in the cluster or not, as the coordinator reaches it: with the
 * password, encryption and name resolution that Citus itself will use.
 */
export async function queryServer<Value>(
  coordinator: Coordinator,
  server: NodeAddress,
  sql: string,
): Promise<ServerAnswer<Value>> {
  const { result, notices } = await coordinator.listen(() =>
    coordinator.query<{ success: boolean; result: string }>(
      'SELECT success, result FROM master_run_on_worker(ARRAY[$1], ARRAY[$2::int], ARRAY[$3], false)',
      [server.name, server.port, sql],
    ),
  );
  const [answer] = result;
  if (answer?.success) return { ok: true, value: JSON.parse(answer.result) as Value };
  const said = answer?.result ?? 'no answer';
  const isUnreachable = said.startsWith('failed to connect');
  // Where a connection of this session broke, only that is said: one more try tells why.
  const reason = isUnreachable
    ? ((await whyUnreachable(coordinator, server)) ?? connectionReasons(notices)(server))
    : undefined;
  return { ok: false, isUnreachable, reason: reason ?? said.replace(/^ERROR: +/, '') };
}

async function whyUnreachable(
  coordinator: Coordinator,
  { name, port }: NodeAddress,
): Promise<string | undefined> {
  const { notices } = await coordinator.listen(() =>
    coordinator.query('SELECT citus_check_connection_to_node($1, $2)', [name, port]),
  );
  return connectionReasons(notices)({ name, port });
}
