import type { Options } from 'yargs';

/** For commands that ask before they act. */
export const yesOption: { readonly yes: Options } = {
  yes: { type: 'boolean', alias: 'y', describe: 'Do not ask' },
};

/** For commands that can go to a worker as well; see {@link nodeUrl}. */
export const nodeOption: { readonly node: Options } = {
  node: {
    type: 'string',
    requiresArg: true,
    describe: 'A node instead of the coordinator, e.g. worker-1 or host:port',
  },
};
