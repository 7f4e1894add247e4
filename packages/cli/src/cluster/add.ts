import { type AddedNode, addNamedWorker, addNode, type NodeAddress } from '@shardwright/cluster';
import { exitCode, UsageError } from '@shardwright/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { nodeName } from './node-status.ts';
import { openTarget, type Target } from './target.ts';

/** The command `cluster add`. */
export const add: Command = {
  description:
    'Makes a running server with citus a worker, after every connection between it and the nodes was tried; or lets a node that was drained have shards again. When something fails, the cluster is as it was.',
  positionals: {
    host: {
      describe:
        'As every other node reaches it: a name that all resolve, or an address; or e.g. worker-2 that was drained. Without it, a new server is started for a cluster of this machine',
    },
    port: { describe: 'Its port; 5432 unless given' },
  },
  options: {
    'no-shards': { type: 'boolean', describe: 'Keep shards away from it for now' },
  },
  examples: [
    ['$0 add 10.0.0.7 5432', 'A server as one more worker; cluster rebalance then gives it shards'],
    ['$0 add', 'One more worker of a cluster that was started here'],
  ],
  graceMs: 60_000,
  run: async (args, io) => {
    const target = await openTarget(args, io);
    const { server, label } = await serverOf(args, target, io);
    await using coordinator = await target.connect();
    io.emit({ kind: 'phase', phase: 'trying every connection' });
    const added = await addNode(coordinator, server, { shards: !args.flag('no-shards') }, io);
    // What was just started is registered already.
    const outcome = args.text('host') === undefined ? 'added' : added.outcome;
    const { node } = added;
    if (io.json) {
      await io.printJson({
        cluster: target.label,
        outcome,
        node: {
          ...(label === undefined ? {} : { label }),
          ...nodeName(node, target.named),
          shouldHaveShards: node.shouldHaveShards,
        },
      });
      return exitCode.yes;
    }
    await io.print(`${label ?? coordinator.nameOf(node)} ${sentences[outcome]}\n`);
    if (node.shouldHaveShards && node.shardCount === 0) {
      await io.suggest([[`cluster rebalance --watch${target.option}`, 'moves shards to it']]);
    }
    return exitCode.yes;
  },
};

/** The server to add: the one that is named, or a new one with the label that it got. */
async function serverOf(
  args: Arguments,
  target: Target,
  io: CommandIo,
): Promise<{ readonly server: NodeAddress; readonly label?: string }> {
  const host = args.text('host');
  const own = target.named?.nodes.find(({ label }) => label === host);
  if (own !== undefined) return { server: own, label: own.label };
  if (host !== undefined) {
    return { server: { name: host, port: args.port('port') ?? 5432 } };
  }
  if (target.named === undefined) {
    throw new UsageError('add needs a host: this cluster was not started here', {
      hint: 'Name a running server: cluster add HOST PORT.',
    });
  }
  io.emit({ kind: 'phase', phase: 'starting a server' });
  const server = (await addNamedWorker(target.named, io)).nodes.at(-1);
  if (!server) throw new UsageError(`the cluster ${target.label} has no nodes`);
  return { server, label: server.label };
}

const sentences: Readonly<Record<AddedNode['outcome'], string>> = {
  added: 'is a worker of the cluster; every node reaches it, and it reaches every node.',
  activated: 'was in the cluster, and is active again.',
  'shards-allowed': 'was in the cluster; now it may have shards again.',
  'shards-kept-away': 'was in the cluster; from now on it gets no new shards.',
  unchanged: 'is in the cluster already, and every node reaches it.',
};
