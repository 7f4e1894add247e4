import { drainNode, findNode, listNodes } from '@shardwright/cluster';
import { exitCode, formatBytes, plural } from '@shardwright/core';
import type { Command } from '../command.ts';
import { nodeName } from './node-status.ts';
import { yesOption } from './options.ts';
import { openTarget } from './target.ts';
import { givenTransferMode, transferModeOption } from './transfer-mode-option.ts';

/** The command `cluster drain`. */
export const drain: Command = {
  description:
    'Moves all shards of a node to the others and keeps new ones away from it, so that it can be removed. When a move fails or Ctrl-C ends it, the node takes shards as before.',
  positionals: { node: { describe: 'A node, e.g. worker-1, host:port, or its id' } },
  options: { ...transferModeOption, ...yesOption },
  examples: [
    ['$0 drain worker-2', 'Empty it'],
    [
      '$0 drain 10.0.0.7:5432 --transfer-mode block_writes',
      'Tables without a primary key, while writes wait',
    ],
  ],
  interrupted: 'interrupted; look at the node with cluster status',
  // The job is stopped, and the node's mark taken back.
  graceMs: 120_000,
  run: async (args, io) => {
    const target = await openTarget(args, io);
    await using coordinator = await target.connect();
    const node = findNode(await listNodes(coordinator), args.required('node'), target.named?.nodes);
    const name = coordinator.nameOf(node);
    const size = node.sizeBytes === null ? '' : `, ${formatBytes(node.sizeBytes)}`;
    if (!(await io.confirm(`Move ${plural(node.shardCount, 'shard')}${size} off ${name}?`)))
      return exitCode.no;
    const { job } = await drainNode(coordinator, node, givenTransferMode(args), io);
    if (io.json) {
      const { moves = 0, movedBytes = 0, durationMs = 0 } = job ?? {};
      await io.printJson({
        cluster: target.label,
        node: nodeName(node, target.named),
        moves,
        movedBytes,
        durationMs,
      });
      return exitCode.yes;
    }
    const moved = job ? `${plural(job.moves, 'move')}, ${formatBytes(job.movedBytes)}` : 'it held none';
    await io.print(`${name} holds no shards any more, and gets none: ${moved}.\n`);
    const { label } = nodeName(node, target.named);
    await io.suggest([
      [`cluster remove ${name}${target.option}`, 'takes it out of the cluster'],
      [`cluster add ${label ?? `${node.name} ${node.port}`}${target.option}`, 'lets it have shards again'],
    ]);
    return exitCode.yes;
  },
};
