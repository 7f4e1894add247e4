import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '@shardwright/core';

/**
 * Looks at a dump's file, or the files of its directory, and gives what throws {@link InputError} once they are not what
 * they were: asked after rows were read and before they are committed, it lets nothing of another dump in.
 */
export async function holdDump(dump: string): Promise<() => Promise<void>> {
  const before = await stampOf(dump);
  return async () => {
    if ((await stampOf(dump)) === before) return;
    throw new InputError(
      'the dump was changed while it was read',
      { input: dump },
      {
        hint: 'What is committed is of the dump as it was. Put that back and run the same command again, or take the migration back and begin anew.',
      },
    );
  };
}

async function stampOf(dump: string): Promise<string> {
  const found = await stat(dump).catch(() => undefined);
  const files = found?.isDirectory() ? (await readdir(dump)).sort().map((name) => path.join(dump, name)) : [];
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return [found, ...stats].map((one) => `${one?.ino}/${one?.size}/${one?.mtimeMs}`).join(' ');
}
