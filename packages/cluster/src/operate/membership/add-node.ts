import { type Context, DatabaseError, UsageError } from '@shardwright/core';
import { connectionHint } from '../connection-hint.ts';
import type { Coordinator } from '../coordinator.ts';
import { checkLinks, describeBroken } from '../health/node-links.ts';
import { type ClusterNode, listNodes } from '../list-nodes.ts';
import { isSameNode, type NodeAddress } from '../node-address.ts';
import { type ProbedServer, probeServer } from './probe-server.ts';
import { requireLinks } from './require-links.ts';
import { setShouldHaveShards } from './shard-placement.ts';
import { unregisterNode } from './unregister-node.ts';

/** What adding a node came to. */
export interface AddedNode {
  /**
   * `added` to the cluster; `activated`: it was there but not active; `shards-allowed`, `shards-kept-away`: it was
   * there, and only that changed; `unchanged`: it was there just like this.
   */
  readonly outcome: 'added' | 'activated' | 'shards-allowed' | 'shards-kept-away' | 'unchanged';
  readonly node: ClusterNode;
}

const loopback = /^(localhost|127\.|::1$)/;

/**
 * Makes a server a worker, or one that is already there take shards again. Everything is tried before anything is
 * changed, and again before the change is committed: throws {@link DatabaseError} and {@link UsageError} with the
 * cluster as it was.
 */
export async function addNode(
  coordinator: Coordinator,
  server: NodeAddress,
  options: { readonly shards?: boolean },
  context: Pick<Context, 'emit'>,
): Promise<AddedNode> {
  const { shards = true } = options;
  const nodes = await listNodes(coordinator);
  const known = nodes.find((node) => isSameNode(node, server));
  if (known?.isActive) return keepNode(coordinator, known, shards);

  requireCoordinatorName(coordinator, nodes, server);
  const probed = await probeServer(coordinator, server);
  requireStranger(coordinator, nodes, { server: probed, known });
  await requireLinks(coordinator, nodes, server);
  if (probed.walLevel !== 'logical') {
    context.emit({
      kind: 'warning',
      message: `${coordinator.nameOf(server)} has wal_level ${probed.walLevel}: shards will not move off it without blocking writes`,
    });
  }
  await coordinator.query('BEGIN');
  try {
    await coordinator.query('SELECT citus_add_node($1, $2)', [server.name, server.port]);
    await setShouldHaveShards(coordinator, server, shards);
    await requireAllLinks(coordinator, server);
    await coordinator.query('COMMIT');
  } catch (error) {
    await coordinator.query('ROLLBACK').catch(() => {});
    throw error;
  }
  await requireLasting(coordinator, server);
  return { outcome: known ? 'activated' : 'added', node: await nodeAt(coordinator, server) };
}

/** For a node that is there: citus_add_node would return its id whatever state it is in. */
async function keepNode(coordinator: Coordinator, node: ClusterNode, shards: boolean): Promise<AddedNode> {
  const at = coordinator.nameOf(node);
  if (node.kind !== 'primary') {
    throw new UsageError(`${at} is in the cluster as a ${node.kind} (node ${node.id})`, {
      hint: 'Name a server that is in no cluster.',
    });
  }
  if (node.facts === undefined) {
    throw new DatabaseError(
      `${at} is in the cluster already (node ${node.id}), but does not answer: ${node.unreachable}`,
      {
        hint: `${connectionHint(node.unreachable ?? '', node)} If it is gone for good: cluster failover to its standby, or restore it.`,
      },
    );
  }
  await requireAllLinks(coordinator, node);
  if (node.shouldHaveShards === shards) return { outcome: 'unchanged', node };
  await setShouldHaveShards(coordinator, node, shards);
  return {
    outcome: shards ? 'shards-allowed' : 'shards-kept-away',
    node: { ...node, shouldHaveShards: shards },
  };
}

function requireCoordinatorName(
  coordinator: Coordinator,
  nodes: readonly ClusterNode[],
  server: NodeAddress,
): void {
  const own = nodes.find(({ role }) => role === 'coordinator');
  if (own && (!loopback.test(own.name) || loopback.test(server.name))) return;
  throw new DatabaseError(
    own
      ? `the coordinator is registered as ${coordinator.nameOf(own)}, which on ${server.name} is somebody else`
      : 'the coordinator is not registered: workers would not find it',
    {
      hint: "First, on the coordinator: SELECT citus_set_coordinator_host('<a name that all nodes resolve>', <its port>).",
    },
  );
}

function requireStranger(
  coordinator: Coordinator,
  nodes: readonly ClusterNode[],
  { server, known }: { readonly server: ProbedServer; readonly known: ClusterNode | undefined },
): void {
  const at = coordinator.nameOf(server);
  if (server.isInRecovery) {
    throw new UsageError(`${at} is a standby`, {
      hint: 'A worker takes writes. To put it in the place of its primary: cluster failover NODE --to HOST:PORT.',
    });
  }
  // A node that was removed goes on believing in the cluster it was in.
  const theirs = server.nodes.find(({ groupId }) => groupId === 0);
  const ours = nodes.find(({ groupId }) => groupId === 0);
  if (!theirs || known) return;
  if (!ours || !isSameNode(theirs, ours)) {
    throw new UsageError(`${at} is in another cluster, that of ${coordinator.nameOf(theirs)}`, {
      hint: 'Remove it there first, and in its database DROP EXTENSION citus CASCADE; CREATE EXTENSION citus.',
    });
  }
  const itself = nodes.find(({ groupId }) => groupId === server.groupId);
  if (!itself) return;
  throw new UsageError(`${at} is in the cluster already, as ${coordinator.nameOf(itself)}`, {
    hint: 'Use that name for it; citus_update_node changes it.',
  });
}

/**
 * Once more, with connections made after the commit: a new node gets the coordinator's roles with their passwords,
 * and lets nobody in when these are not the ones that the nodes use. Takes the node out again then.
 */
async function requireLasting(coordinator: Coordinator, server: NodeAddress): Promise<void> {
  await using fresh = await coordinator.another();
  try {
    await requireAllLinks(fresh, server);
  } catch (error) {
    await unregisterNode(fresh, server);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(`${coordinator.nameOf(server)} was taken out again: once added, ${reason}`, {
      cause: error,
      hint: "A node that is added gets the coordinator's roles with their passwords. Give the role the password of pg_dist_authinfo on the coordinator (ALTER ROLE … PASSWORD …), set it on that server again, and add it.",
    });
  }
}

async function requireAllLinks(coordinator: Coordinator, server: NodeAddress): Promise<void> {
  const links = (await checkLinks(coordinator)).filter(
    ({ from, to }) => isSameNode(from, server) || isSameNode(to, server),
  );
  const broken = links.filter(({ isWorking }) => isWorking !== true);
  if (broken.length === 0) return;
  throw new DatabaseError(
    `${coordinator.nameOf(server)} is not connected to all nodes: no connection ${describeBroken(links, coordinator) || `from ${coordinator.nameOf(server)}`}`,
    { hint: connectionHint(broken.find(({ reason }) => reason)?.reason ?? '', server) },
  );
}

async function nodeAt(coordinator: Coordinator, server: NodeAddress): Promise<ClusterNode> {
  const node = (await listNodes(coordinator)).find((each) => isSameNode(each, server));
  if (node) return node;
  throw new DatabaseError(`${coordinator.nameOf(server)} was added, and is gone again`, {
    hint: 'Somebody removed it meanwhile.',
  });
}
