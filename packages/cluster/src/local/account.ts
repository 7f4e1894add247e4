import { chown, readFile } from 'node:fs/promises';
import { EnvironmentError } from '@shardwright/core';

/** The operating system's user that servers run as; absent numbers mean: the one we are. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * PostgreSQL refuses to run as root: then servers drop to `postgres`, else to `nobody`. Throws
 * {@link EnvironmentError} when root and neither exists.
 */
export async function serverAccount(): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return {};
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(accounts) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EnvironmentError('cannot start a PostgreSQL server as root', {
    hint: 'Run as another user, or create a user named postgres for servers to run as.',
  });
}

/** Hands a path to the account, so that servers may write there. */
export async function handOver(directory: string, account: ServerAccount): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined)
    await chown(directory, account.uid, account.gid);
}
