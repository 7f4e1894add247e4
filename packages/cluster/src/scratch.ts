import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handOver, type ServerAccount } from './account.ts';

// A unix socket's path may have 107 bytes on Linux, 103 on macOS; the socket's own name needs 15 of them.
const longestParent = 70;

/** A new directory for throw-away servers, short enough a path to hold sockets, owned by the account. */
export async function makeScratchDirectory(account: ServerAccount): Promise<string> {
  const parent = tmpdir().length <= longestParent ? tmpdir() : '/tmp';
  const directory = await mkdtemp(path.join(parent, 'shardwright-'));
  await handOver(directory, account);
  return directory;
}
