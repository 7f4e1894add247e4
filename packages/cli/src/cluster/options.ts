import type { Options } from 'yargs';

/** For commands that ask before they act. */
export const yesOption: { readonly yes: Options } = {
  yes: { type: 'boolean', alias: 'y', describe: 'Do not ask' },
};
