import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where named clusters and data directory templates stay: SHARDWRIGHT_HOME, else the XDG state directory. Root's
 * lie where the account that servers drop to can reach them.
 */
export function stateDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SHARDWRIGHT_HOME) return path.resolve(env.SHARDWRIGHT_HOME);
  if (process.getuid?.() === 0) return '/var/lib/shardwright';
  return path.join(env.XDG_STATE_HOME || path.join(homedir(), '.local', 'state'), 'shardwright');
}
