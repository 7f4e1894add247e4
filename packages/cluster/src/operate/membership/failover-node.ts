import { setTimeout as delay } from 'node:timers/promises';
import { type Context, DatabaseError, UsageError } from '@shardwright/core';
import type { Coordinator } from '../coordinator.ts';
import { checkLinks, describeBroken } from '../health/node-links.ts';
import { type ClusterNode, listNodes } from '../list-nodes.ts';
import { isSameNode, type NodeAddress } from '../node-address.ts';
import { type ProbedServer, probeServer } from './probe-server.ts';
import { queryServer } from './query-server.ts';
import { requireLinks } from './require-links.ts';

/** What makes a failover go ahead where it would refuse. */
export interface FailoverOptions {
  /** Ends the standby's recovery; without it, a standby is refused. */
  readonly promote?: boolean;
  /** Goes ahead though the old server answers, or the new one is not known to be its copy. */
  readonly force?: boolean;
}

/** A node under its new address. */
export interface FailedOver {
  readonly from: NodeAddress;
  readonly node: ClusterNode;
  readonly isPromoted: boolean;
  readonly durationMs: number;
}

// How long Citus waits for statements on the old address before it ends them.
const lockCooldownMs = 1000;
const promoteTimeoutSeconds = 60;
const syncTimeoutMs = 10_000;
const pollMs = 100;

/**
 * Puts another server, a promoted standby as a rule, in a node's place. Tries the new one first; throws
 * {@link UsageError} or {@link DatabaseError} with the cluster as it was. When the new one turns out not to be
 * reached by all nodes, the old address is put back; a promotion stays.
 */
export async function failoverNode(
  coordinator: Coordinator,
  node: ClusterNode,
  to: NodeAddress,
  options: FailoverOptions,
  context: Pick<Context, 'clock' | 'emit'>,
): Promise<FailedOver> {
  const { promote = false, force = false } = options;
  const startedMs = context.clock.nowMs();
  const [at, old] = [coordinator.nameOf(to), coordinator.nameOf(node)];
  const nodes = await listNodes(coordinator);
  requirePrimary(coordinator, nodes, { node, to });
  const server = await probeServer(coordinator, to);
  if (!force) await requireCopy(coordinator, node, server);
  if (server.isInRecovery && !promote) {
    throw new UsageError(`${at} is still a standby, and takes no writes`, {
      hint: 'Promote it with --promote, or by the tool that manages it, and try again.',
    });
  }
  if (server.isInRecovery) {
    // A promotion cannot be undone: what would fail after it had better fail now.
    const others = nodes.filter(({ id, facts }) => id !== node.id && facts !== undefined);
    await requireLinks(coordinator, others, to);
    context.emit({ kind: 'phase', phase: `promoting ${at}` });
    await promoteServer(coordinator, to);
  }
  context.emit({ kind: 'phase', phase: `putting ${at} in the place of ${old}` });
  await updateNode(coordinator, node, to);
  const broken = (await checkLinks(coordinator)).filter(
    (link) => (isSameNode(link.from, to) || isSameNode(link.to, to)) && link.isWorking !== true,
  );
  if (broken.length > 0) {
    await updateNode(coordinator, node, node);
    await untilSynced(coordinator, node, context);
    throw new DatabaseError(
      `${at} is not reached by all nodes, so ${old} was put back: no connection ${describeBroken(broken, coordinator) || `from ${at}`}`,
      {
        hint: `Every node connects to every other: open ${at} to them, then fail over again.${server.isInRecovery ? ` ${at} stays promoted.` : ''}`,
      },
    );
  }
  const moved = await untilSynced(coordinator, node, context);
  return {
    from: { name: node.name, port: node.port },
    node: moved,
    isPromoted: server.isInRecovery,
    durationMs: context.clock.nowMs() - startedMs,
  };
}

function requirePrimary(
  coordinator: Coordinator,
  nodes: readonly ClusterNode[],
  { node, to }: { readonly node: ClusterNode; readonly to: NodeAddress },
): void {
  if (node.kind !== 'primary') {
    throw new UsageError(`${coordinator.nameOf(node)} is a ${node.kind}`, {
      hint: 'Name the primary that is to be replaced.',
    });
  }
  if (node.role === 'coordinator') {
    throw new UsageError(`${coordinator.nameOf(node)} is the coordinator, which cannot replace itself`, {
      hint: 'Promote its standby, connect there, and tell the cluster its name: SELECT citus_set_coordinator_host(…).',
    });
  }
  const taken = nodes.find((each) => isSameNode(each, to));
  if (!taken) return;
  throw new UsageError(`${coordinator.nameOf(to)} is in the cluster already, as node ${taken.id}`, {
    hint: `Name the standby of ${coordinator.nameOf(node)}.`,
  });
}

/**
 * A copy of a node remembers being this very node of this cluster. The system identifier says more, where the old
 * server still tells its own, but never enough: data directories that were copied before they were used share it.
 */
async function requireCopy(coordinator: Coordinator, node: ClusterNode, server: ProbedServer): Promise<void> {
  const [at, old] = [coordinator.nameOf(server), coordinator.nameOf(node)];
  const hint =
    'Check the address. With --force it is taken as it is: queries then see its data in place of the old.';
  const remembered = server.nodes.find(({ id }) => id === node.id);
  if (server.groupId !== node.groupId || !remembered) {
    throw new UsageError(
      `${at} is no copy of ${old}: it does not remember being node ${node.id} of this cluster`,
      {
        hint,
      },
    );
  }
  if (node.facts === undefined) return;
  const { systemIdentifier } = await probeServer(coordinator, node);
  if (systemIdentifier !== server.systemIdentifier) {
    throw new UsageError(
      `${at} is no copy of ${old}: their system identifiers are ${server.systemIdentifier} and ${systemIdentifier}`,
      { hint },
    );
  }
  if (node.facts.isInRecovery) return;
  throw new UsageError(`${old} still runs: what is written there from now on would be lost`, {
    hint: 'Stop it first, let the standby catch up, and fail over then; or take --force.',
  });
}

async function promoteServer(coordinator: Coordinator, to: NodeAddress): Promise<void> {
  const answer = await queryServer<boolean>(
    coordinator,
    to,
    `SELECT to_json(pg_promote(true, ${promoteTimeoutSeconds}))`,
  );
  if (answer.ok && answer.value) return;
  throw new DatabaseError(
    `${coordinator.nameOf(to)} was not promoted${answer.ok ? ` within ${promoteTimeoutSeconds} s` : `: ${answer.reason}`}`,
    { hint: 'Read its log; nothing in the cluster was changed.' },
  );
}

async function updateNode(coordinator: Coordinator, { id }: ClusterNode, to: NodeAddress): Promise<void> {
  await coordinator.query('SELECT citus_update_node($1, $2, $3, force := true, lock_cooldown := $4)', [
    id,
    to.name,
    to.port,
    lockCooldownMs,
  ]);
}

/** The maintenance daemon tells the other nodes; those that are slow are told by `cluster health`. */
async function untilSynced(
  coordinator: Coordinator,
  { id }: ClusterNode,
  { clock, emit }: Pick<Context, 'clock' | 'emit'>,
): Promise<ClusterNode> {
  const deadlineMs = clock.nowMs() + syncTimeoutMs;
  for (;;) {
    const nodes = await listNodes(coordinator);
    const behind = nodes.filter((node) => node.isActive && node.hasMetadata && !node.isMetadataSynced);
    const moved = nodes.find((node) => node.id === id);
    if (!moved) throw new DatabaseError(`node ${id} was removed meanwhile`);
    if (behind.length === 0) return moved;
    if (clock.nowMs() > deadlineMs) {
      emit({
        kind: 'warning',
        message: `${behind.map(coordinator.nameOf).join(', ')} still has to learn the address of node ${id}; Citus goes on trying`,
      });
      return moved;
    }
    await delay(pollMs);
  }
}
