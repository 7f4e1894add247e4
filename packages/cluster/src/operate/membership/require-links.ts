import { DatabaseError, quoteLiteral } from '@shardwright/core';
import { connectionHint } from '../connection-hint.ts';
import type { Coordinator } from '../coordinator.ts';
import type { ClusterNode } from '../list-nodes.ts';
import type { NodeAddress } from '../node-address.ts';
import { queryEveryNode } from '../query-every-node.ts';
import { queryServer } from './query-server.ts';

/**
 * Throws {@link DatabaseError} unless a server that is to join can be reached from every node and reaches every
 * node: citus_add_node asks the coordinator only, and queries fail later.
 */
export async function requireLinks(
  coordinator: Coordinator,
  nodes: readonly ClusterNode[],
  server: NodeAddress,
): Promise<void> {
  const at = coordinator.nameOf(server);
  const answers = await queryEveryNode<boolean>(coordinator, `SELECT to_json(${connectionTo(server)})`);
  const without = nodes.filter(({ id }) =>
    answers.some((answer) => answer.nodeId === id && !(answer.ok && answer.value)),
  );
  if (without.length > 0) {
    // Why, only the logs of those nodes say: Citus passes a false on, and no reason.
    const names = without.map(coordinator.nameOf).join(', ');
    throw new DatabaseError(`the coordinator can connect to ${at}, but ${names} cannot`, {
      hint: connectionHint('', server),
    });
  }
  const active = nodes.filter(({ isActive, kind }) => isActive && kind === 'primary');
  const back = active.map((node) => `json_build_object('id', ${node.id}, 'works', ${connectionTo(node)})`);
  const told = await queryServer<readonly { id: number; works: boolean }[]>(
    coordinator,
    server,
    `SELECT json_build_array(${back.join(', ')})`,
  );
  if (!told.ok) throw new DatabaseError(`${at} does not tell whom it reaches: ${told.reason}`);
  const unreached = active.filter(({ id }) => told.value.some((link) => link.id === id && !link.works));
  if (unreached.length === 0) return;
  const names = unreached.map(coordinator.nameOf).join(', ');
  throw new DatabaseError(`${at} cannot connect to ${names}`, {
    hint: `Every node connects to every other by the name it is registered with: make ${names} resolve and answer there, with the password in its pg_dist_authinfo. If it is the coordinator's name that is wrong: SELECT citus_set_coordinator_host('<name>', <port>).`,
  });
}

function connectionTo({ name, port }: NodeAddress): string {
  return `citus_check_connection_to_node(${quoteLiteral(name)}, ${port})`;
}
