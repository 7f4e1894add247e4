import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handOver, type ServerAccount, serverAccount } from './account.ts';
import { guard } from './guard.ts';

// A unix socket's path may have 107 bytes on Linux, 103 on macOS; the socket's own name needs 15 of them.
const longestParent = 70;

/** A new directory for throw-away servers, short enough a path to hold sockets, owned by the account. */
export async function makeScratchDirectory(account: ServerAccount): Promise<string> {
  const parent = tmpdir().length <= longestParent ? tmpdir() : '/tmp';
  const directory = await mkdtemp(path.join(parent, 'shardwright-'));
  await handOver(directory, account);
  return directory;
}

/** A directory that goes when disposed, or when this process ends in whatever way. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Makes a {@link TemporaryDirectory} where servers may read and write too. */
export async function makeTemporaryDirectory(): Promise<TemporaryDirectory> {
  const account = await serverAccount();
  const directory = await makeScratchDirectory(account);
  const guarded = guard({ directory, account });
  return { path: directory, [Symbol.asyncDispose]: () => guarded.stop() };
}
