import { clusterState } from '@shardwright/cluster';
import { exitCode } from '@shardwright/core';
import type { Command } from '../command.ts';
import { nodeUrl } from './node-url.ts';
import { nodeOption } from './options.ts';
import { openTarget } from './target.ts';
import { withoutPassword } from './without-password.ts';

/** The command `cluster url`. */
export const url: Command = {
  description: 'Prints the address of a cluster, with its password, for programs that connect to it.',
  options: {
    ...nodeOption,
    database: { type: 'string', requiresArg: true, describe: 'Another database than the one with Citus' },
    'no-password': {
      type: 'boolean',
      describe: 'Leave the password out, e.g. to show the address to others',
    },
  },
  examples: [
    ['psql "$($0 url)"', 'Connect'],
    ['DATABASE_URL=$($0 url) npm start', 'Give it to an application'],
    ['$0 url --node worker-1 --no-password', 'A worker, for reading'],
  ],
  run: async (args, io) => {
    const target = await openTarget(args, io);
    const address = new URL(await nodeUrl(target, args.text('node')));
    const database = args.text('database');
    if (database !== undefined) address.pathname = `/${encodeURIComponent(database)}`;
    const { named } = target;
    if (named !== undefined && (await clusterState(named)) === 'stopped')
      await io.note(`The cluster ${target.label} is stopped.`);
    const shown = args.flag('no-password') ? withoutPassword(address.href) : address.href;
    if (io.json) await io.printJson({ cluster: target.label, url: shown }, { secrets: 'shown' });
    else await io.print(`${shown}\n`, { secrets: 'shown' });
    return exitCode.yes;
  },
};
