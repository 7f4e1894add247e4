import { clusterCommands } from './cluster/commands.ts';
import type { Program } from './program.ts';
import { runProcess } from './run-process.ts';

const group = 'Common:';

/** The program `cluster`. */
export const cluster: Program = {
  name: 'cluster',
  purpose: 'Start a Citus cluster on this machine, look into any, and operate it.',
  commands: clusterCommands,
  options: {
    cluster: {
      alias: ['name', 'c'],
      type: 'string',
      requiresArg: true,
      group,
      describe:
        'Name of a cluster that was started here, or postgres:// address of a coordinator; SHARDWRIGHT_CLUSTER, or the only cluster there is, unless given',
    },
    json: { type: 'boolean', group, describe: 'One JSON document on standard output' },
    quiet: { type: 'boolean', group, describe: 'Nothing on standard error but failures' },
    verbose: { type: 'boolean', group, describe: 'Times of each phase; stack traces of failures' },
  },
  progress: (args) => (args.flag('json') ? 'json' : 'auto'),
  readByProgram: (argv) => argv.includes('--json'),
};

/** Runs the process as `cluster`. */
export function run(): Promise<void> {
  return runProcess(cluster);
}
