import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeTemporaryDirectory, type PostgresServer } from '@shardwright/cluster';
import { type Connection, connect } from '@shardwright/postgres';

/** A physical standby that streams from a server of this machine. */
export interface Standby extends AsyncDisposable {
  readonly connection: Connection;
}

/** Copies a running server with pg_basebackup, and starts the copy, which tells every second how far it is. */
export async function startStandby({
  installation,
  socketDirectory,
  port,
}: PostgresServer): Promise<Standby> {
  const directory = await makeTemporaryDirectory();
  const data = path.join(directory.path, 'standby');
  const program = (name: string): string => path.join(installation.binDirectory, name);
  // The directory's owner is who servers run as.
  const { uid, gid } = await stat(directory.path);
  const account = { uid, gid, cwd: '/' };
  const from = ['-h', socketDirectory, '-p', String(port), '-U', 'postgres'];
  await promisify(execFile)(program('pg_basebackup'), [...from, '-D', data, '-R', '-c', 'fast'], account);
  const settings = ['-k', directory.path, '-c', 'wal_receiver_status_interval=1s'];
  const server = spawn(program('postgres'), ['-D', data, ...settings], { ...account, stdio: 'ignore' });
  const ended = once(server, 'exit');
  const url = `postgres://postgres@host:${port}/postgres?host=${encodeURIComponent(directory.path)}`;
  let connection: Connection | undefined;
  while (connection === undefined && server.exitCode === null) {
    connection = await connect(url).catch(() => undefined);
    if (connection === undefined) await delay(20);
  }
  if (connection === undefined) throw new Error(`the standby ended with ${server.exitCode}`);
  const open = connection;
  return {
    connection: open,
    [Symbol.asyncDispose]: async () => {
      await open.end().catch(() => {});
      server.kill('SIGQUIT');
      await ended;
      await directory[Symbol.asyncDispose]();
    },
  };
}
