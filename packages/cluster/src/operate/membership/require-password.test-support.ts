import { type Connection, connect } from '@shardwright/postgres';
import { expect } from 'vitest';
import type { RunningNode } from '../../cluster.ts';

/** Makes a node ask for a password, where it does not already; `session` is one on it that is open before. */
export async function requirePassword(
  node: RunningNode,
  session: Connection,
): Promise<{ readonly password: string; readonly isNew: boolean }> {
  const given = decodeURIComponent(new URL(node.url).password);
  if (given !== '') return { password: given, isNew: false };
  const password = 'pa55-word';
  await session.query('SET citus.enable_ddl_propagation = off');
  await session.query(`ALTER ROLE postgres PASSWORD '${password}'`);
  const [file] = await session.query<{ path: string }>("SELECT current_setting('hba_file') AS path");
  await session.query(`COPY (SELECT 'local all all scram-sha-256') TO '${file?.path}'`);
  await session.query('SELECT pg_reload_conf()');
  // The postmaster reads the file when it gets to it.
  const knock = () =>
    connect(node.url).then(
      (visitor) => visitor.end().then(() => 'let in'),
      () => 'refused',
    );
  await expect.poll(knock).toBe('refused');
  return { password, isNew: true };
}
