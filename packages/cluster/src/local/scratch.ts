import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handOver, type ServerAccount, serverAccount } from './account.ts';
import { type Guard, guard } from './guard.ts';

/** What scratch directories' names begin with, so that leftovers can be found. */
export const scratchPrefix = 'shardwright-';

/** Holds the process id of who uses a directory. */
export const ownerFile = 'owner';

// A unix socket's path may have 107 bytes on Linux, 103 on macOS; ours end in /sockets/.s.PGSQL.65535.lock.
const longestParent = 55;

/** Where scratch directories lie: short enough a path to hold sockets. */
export function scratchParent(): string {
  return tmpdir().length <= longestParent ? tmpdir() : '/tmp';
}

/** A new directory for throw-away servers, owned by the account, that goes with this process. */
export async function makeGuardedDirectory(
  account: ServerAccount,
): Promise<{ readonly path: string; readonly guard: Guard }> {
  const directory = await mkdtemp(path.join(scratchParent(), scratchPrefix));
  await writeFile(path.join(directory, ownerFile), String(process.pid));
  await handOver(directory, account);
  return { path: directory, guard: guard(directory, account) };
}

/** A directory that goes when disposed, or when this process ends in whatever way. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Makes a {@link TemporaryDirectory} where servers may read and write too. */
export async function makeTemporaryDirectory(): Promise<TemporaryDirectory> {
  const { path: directory, guard } = await makeGuardedDirectory(await serverAccount());
  return { path: directory, [Symbol.asyncDispose]: () => guard.release() };
}
