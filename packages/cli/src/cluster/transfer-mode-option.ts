import { type TransferMode, transferModes } from '@shardwright/cluster';
import type { Options } from 'yargs';
import type { Arguments } from '../arguments.ts';

/** For commands that move shards. */
export const transferModeOption: { readonly 'transfer-mode': Options } = {
  'transfer-mode': {
    type: 'string',
    requiresArg: true,
    describe: `${transferModes.join(', ')}; auto copies while writes go on, block_writes lets them wait`,
  },
};

/** What was asked for, as an option of the library. */
export function givenTransferMode(args: Arguments): { readonly transferMode?: TransferMode } {
  const transferMode = args.choice('transfer-mode', transferModes);
  return transferMode === undefined ? {} : { transferMode };
}
