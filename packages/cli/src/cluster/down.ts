import { downCluster, findLeftovers, listClusters, removeCluster } from '@shardwright/cluster';
import { type ExitCode, exitCode, plural, UsageError } from '@shardwright/core';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { yesOption } from './options.ts';
import { onlyName, wantedName } from './target.ts';

/** The command `cluster down`. */
export const down: Command = {
  description:
    'Stops a cluster that was started here. Its data stays: cluster up starts it again, as it was, after a reboot too.',
  options: {
    volumes: { type: 'boolean', describe: 'Remove it with all its data, settings and its name' },
    stale: {
      type: 'boolean',
      describe: 'Instead, remove what processes that ended hard have left behind: see cluster list --stale',
    },
    ...yesOption,
  },
  examples: [
    ['$0 down', 'Stop the only cluster'],
    ['$0 down --name shop --volumes', 'Remove the cluster shop for good'],
  ],
  graceMs: 60_000,
  run: (args, io) => {
    if (!args.flag('stale')) return takeDown(args, io);
    if (args.flag('volumes') || wantedName(args, io) !== undefined) {
      throw new UsageError('--stale is for what belongs to no cluster, and goes with no other option', {
        hint: 'see cluster list --stale.',
      });
    }
    return removeLeftovers(io);
  },
};

async function takeDown(args: Arguments, io: CommandIo): Promise<ExitCode> {
  const name = wantedName(args, io) ?? (await onlyName());
  const volumes = args.flag('volumes');
  if (volumes) {
    const known = (await listClusters()).find((one) => one.name === name);
    const size = known?.record === undefined ? '' : ` of ${plural(known.record.nodes.length, 'node')}`;
    if (known !== undefined && !(await io.confirm(`Remove the cluster ${name} with all data${size}?`)))
      return exitCode.no;
  }
  io.emit({ kind: 'phase', phase: volumes ? 'removing nodes' : 'stopping nodes' });
  await (volumes ? removeCluster(name) : downCluster(name));
  if (io.json) await io.printJson({ cluster: name, outcome: volumes ? 'removed' : 'stopped' });
  await io.note(volumes ? `The cluster ${name} is gone.` : `The cluster ${name} is stopped; its data stays.`);
  if (!volumes) {
    await io.suggest([
      [`cluster up --name ${name}`, 'starts it again'],
      [`cluster down --name ${name} --volumes`, 'removes it with its data'],
    ]);
  }
  return exitCode.yes;
}

async function removeLeftovers(io: CommandIo): Promise<ExitCode> {
  const leftovers = await findLeftovers();
  const lines = leftovers.map(({ kind, subject }) => `  ${kind}: ${subject}`);
  if (leftovers.length > 0) {
    await io.note(lines.join('\n'));
    if (!(await io.confirm(`Remove ${plural(leftovers.length, 'leftover')}?`))) return exitCode.no;
  }
  for (const { kind, subject, remove } of leftovers) {
    io.signal.throwIfAborted();
    io.emit({ kind: 'phase', phase: `removing ${kind} ${subject}` });
    await remove();
  }
  if (io.json) {
    await io.printJson({ removed: leftovers.map(({ kind, subject }) => ({ kind, subject })) });
  }
  await io.note(leftovers.length === 0 ? 'Nothing was left behind.' : 'Removed.');
  return exitCode.yes;
}
