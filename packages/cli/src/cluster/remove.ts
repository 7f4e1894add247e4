import { discardNamedWorker, findNode, listNodes, removeNode, requireRemovable } from '@shardwright/cluster';
import { exitCode } from '@shardwright/core';
import type { Command } from '../command.ts';
import { nodeName } from './node-status.ts';
import { yesOption } from './options.ts';
import { openTarget } from './target.ts';

/** The command `cluster remove`. */
export const remove: Command = {
  description:
    'Takes a node that holds no shards out of the cluster. A worker that was started here ends, and its data goes; any other server runs on, with the copies of reference tables that it has.',
  positionals: { node: { describe: 'A node, e.g. worker-1, host:port, or its id' } },
  options: yesOption,
  examples: [
    ['$0 drain worker-2', 'First: move its shards to the others'],
    ['$0 remove worker-2', 'Then: take it out'],
  ],
  run: async (args, io) => {
    const target = await openTarget(args, io);
    await using coordinator = await target.connect();
    const node = findNode(await listNodes(coordinator), args.required('node'), target.named?.nodes);
    const name = coordinator.nameOf(node);
    await requireRemovable(coordinator, node);
    const { named } = target;
    const own = named?.nodes.find((one) => one.name === node.name && one.port === node.port);
    const also = own === undefined ? '' : ', end its server and delete its data';
    if (!(await io.confirm(`Take ${name} out of the cluster ${target.label}${also}?`))) return exitCode.no;
    await removeNode(coordinator, node);
    if (named !== undefined && own !== undefined) await discardNamedWorker(named, own.label);
    if (io.json) {
      await io.printJson({
        cluster: target.label,
        removed: { ...nodeName(node, named), serverEnded: own !== undefined },
      });
    } else {
      const server = own === undefined ? 'its server runs on' : 'its server has ended, and its data is gone';
      await io.print(`${name} is no longer in the cluster; ${server}.\n`);
    }
    return exitCode.yes;
  },
};
