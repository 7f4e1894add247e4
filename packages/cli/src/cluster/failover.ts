import { failoverNode, findNode, formatNode, listNodes, type NodeAddress } from '@shardwright/cluster';
import { exitCode, UsageError } from '@shardwright/core';
import type { Command } from '../command.ts';
import { yesOption } from './options.ts';
import { openTarget } from './target.ts';

/** The command `cluster failover`. */
export const failover: Command = {
  description:
    "Puts another server in a worker's place, a standby of it as a rule. It is tried first; when not all nodes reach it afterwards, the old address is put back.",
  positionals: {
    node: { describe: 'The worker that is to be replaced, e.g. worker-1, host:port, or its id' },
  },
  options: {
    to: {
      type: 'string',
      requiresArg: true,
      describe: 'HOST:PORT of the new server, as every other node reaches it',
    },
    promote: { type: 'boolean', describe: 'End its recovery first, if it is still a standby' },
    force: {
      type: 'boolean',
      describe: 'Go on though the old server still runs, or the new one is no copy of it',
    },
    ...yesOption,
  },
  examples: [
    ['$0 failover worker-1 --to 10.0.0.8:5432 --promote', 'The worker is gone, its standby takes over'],
  ],
  interrupted: 'interrupted; see which address the node has with cluster status',
  graceMs: 60_000,
  run: async (args, io) => {
    const to = addressOf(args.text('to') ?? '');
    const target = await openTarget(args, io);
    await using coordinator = await target.connect();
    const node = findNode(await listNodes(coordinator), args.required('node'), target.named?.nodes);
    const name = coordinator.nameOf(node);
    if (!(await io.confirm(`Put ${formatNode(to)} in the place of ${name}?`))) return exitCode.no;
    const result = await failoverNode(
      coordinator,
      node,
      to,
      { promote: args.flag('promote'), force: args.flag('force') },
      io,
    );
    const { isPromoted, durationMs } = result;
    if (io.json) {
      await io.printJson({
        cluster: target.label,
        nodeId: node.id,
        from: result.from,
        to,
        isPromoted,
        durationMs,
      });
    } else {
      const took = `${(durationMs / 1000).toFixed(1)} s`;
      await io.print(
        `${formatNode(to)} is in the place of ${name}${isPromoted ? ', promoted' : ''}, reached by every node; it took ${took}.\n`,
      );
    }
    return exitCode.yes;
  },
};

/** `host:port`; the host may be the directory of a unix socket, or an IPv6 address in brackets. */
function addressOf(text: string): NodeAddress {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined && Number(port) <= 65_535) {
    return { name: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  }
  throw new UsageError(text === '' ? 'failover needs --to HOST:PORT' : `--to takes HOST:PORT, not ${text}`, {
    hint: 'E.g. --to 10.0.0.8:5432.',
  });
}
