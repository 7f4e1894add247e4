import { setTimeout as delay } from 'node:timers/promises';
import type { RunningNode } from '@shardwright/cluster';
import { type ExitCode, exitCode, UsageError } from '@shardwright/core';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { linesOfALook, readOn } from './read-on.ts';
import { openTarget } from './target.ts';

// A look costs about a millisecond of a core. Files could be watched instead, logs of containers could not.
const pollMs = 500;

/** The command `cluster logs`. */
export const logs: Command = {
  description: "Prints the last lines of the servers' logs of a cluster that was started here.",
  positionals: { node: { describe: 'A node, e.g. worker-1; all of them unless given' } },
  options: {
    tail: { type: 'string', requiresArg: true, describe: 'Lines of each node; 20 unless given' },
    follow: { type: 'boolean', alias: 'f', describe: 'Go on with what is being written, until Ctrl-C' },
  },
  examples: [
    ['$0 logs', 'The last lines of every node'],
    ['$0 logs coordinator --tail 200', 'More of one'],
    ['$0 logs --follow', 'What happens now'],
  ],
  run: async (args, io) => {
    const { named, label } = await openTarget(args, io);
    if (named === undefined) {
      throw new UsageError('logs are read where the servers run, and this cluster was not started here', {
        hint: 'see log_directory of its servers.',
      });
    }
    const wanted = args.text('node');
    const nodes = named.nodes.filter((node) => wanted === undefined || node.label === wanted);
    if (nodes.length === 0) {
      throw new UsageError(`the cluster ${label} has no node ${wanted}`, {
        hint: `it has ${named.nodes.map((node) => node.label).join(', ')}.`,
      });
    }
    const shown = args.wholeNumber('tail', 0) ?? 20;
    const print = printer(nodes, io);
    if (args.flag('follow')) return follow(nodes, { shown, print }, io);
    for (const node of nodes) await print(node, await node.logs({ tailLines: shown }));
    return exitCode.yes;
  },
};

type Print = (node: RunningNode, text: string) => Promise<void>;

/** Lines with their node's name where there are several; for programs one JSON object per line. */
function printer(nodes: readonly RunningNode[], io: CommandIo): Print {
  const column = Math.max(...nodes.map(({ label }) => label.length));
  return async ({ label }, text) => {
    const prefix = nodes.length === 1 ? '' : `${io.paint.faint(`${label.padEnd(column)} │`)} `;
    for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) {
      if (text === '') continue;
      if (io.json) await io.printJson({ node: label, line }, { compact: true });
      else await io.print(`${prefix}${line}\n`);
    }
  };
}

async function follow(
  nodes: readonly RunningNode[],
  { shown, print }: { readonly shown: number; readonly print: Print },
  { signal }: CommandIo,
): Promise<ExitCode> {
  const seen = new Map<RunningNode, string>();
  for (const node of nodes) {
    const text = await node.logs({ tailLines: Math.max(shown, linesOfALook) });
    const last = text.split('\n').slice(-shown - 1);
    await print(node, last.join('\n'));
    seen.set(node, text);
  }
  while (!signal.aborted) {
    // Ctrl-C is how this is meant to end, and no failure.
    await delay(pollMs, undefined, { signal }).catch(() => {});
    for (const node of nodes) {
      const { gained, end } = await readOn((tailLines) => node.logs({ tailLines }), seen.get(node) ?? '');
      await print(node, gained);
      seen.set(node, end);
    }
  }
  return exitCode.yes;
}
