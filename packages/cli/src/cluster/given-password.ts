import { readFile } from 'node:fs/promises';
import { UsageError } from '@shardwright/core';
import type { Arguments } from '../arguments.ts';
import type { CommandIo } from '../command-io.ts';

/**
 * The password to give to a new cluster's user, from `--password`, `--password-file` or PGPASSWORD; `undefined` when
 * one is to be made up. Throws {@link UsageError} for a file that cannot be read or is empty.
 */
export async function givenPassword(args: Arguments, io: CommandIo): Promise<string | undefined> {
  const typed = args.text('password');
  const file = args.text('password-file');
  if (typed !== undefined && file !== undefined) {
    throw new UsageError('--password and --password-file are two passwords', { hint: 'give one of them.' });
  }
  const password = typed ?? (file === undefined ? io.env.PGPASSWORD || undefined : await firstLine(file));
  if (password !== undefined) io.secrets.add(password);
  return password;
}

async function firstLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(
      `cannot read --password-file ${file}: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  });
  const [line = ''] = text.split(/\r?\n/);
  if (line !== '') return line;
  throw new UsageError(`--password-file ${file} begins with an empty line`, {
    hint: 'its first line is the password.',
  });
}
