import { once } from 'node:events';
import { appendFile, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { RunningNode } from '../../cluster.ts';
import { handOver, serverAccount } from '../../local/account.ts';
import type { PostgresInstallation } from '../../local/installation.ts';
import { makeGuardedDirectory } from '../../local/scratch.ts';
import { configurationLines, serverFiles } from '../../local/server-directory.ts';
import { serverProcess } from '../../local/server-process.ts';

/** A physical standby of a node, streaming from it. */
export interface Standby extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Copies a running node of this machine with pg_basebackup, and starts the copy under another port. */
export async function startStandby(
  primary: RunningNode,
  { installation, port }: { readonly installation: PostgresInstallation; readonly port: number },
): Promise<Standby> {
  const account = await serverAccount();
  const { path: directory, guard } = await makeGuardedDirectory(account);
  try {
    const { dataDirectory, logFile } = serverFiles(directory);
    const { binDirectory } = installation;
    await using log = await open(logFile, 'a');
    const copy = guard.run(
      [
        path.join(binDirectory, 'pg_basebackup'),
        '-h',
        primary.name,
        '-p',
        String(primary.port),
        '-U',
        'postgres',
        '-D',
        dataDirectory,
        '-R',
        '-X',
        'stream',
        '-c',
        'fast',
      ],
      log.fd,
    );
    copy.ref();
    const [code] = await once(copy, 'exit');
    if (code !== 0) throw new Error(`pg_basebackup ended with ${code}`);
    const sockets = path.join(directory, 'sockets');
    await mkdir(sockets);
    await handOver(sockets, account);
    await appendFile(
      path.join(dataDirectory, 'postgresql.conf'),
      `\n${configurationLines({ port, unix_socket_directories: sockets, 'citus.local_hostname': sockets })}`,
    );
    const server = serverProcess({ title: 'standby', binDirectory, dataDirectory, logFile, run: guard.run });
    await server.start();
    return {
      name: sockets,
      port,
      stop: server.stop,
      start: server.start,
      [Symbol.asyncDispose]: () => guard.release(),
    };
  } catch (error) {
    await guard.release();
    throw error;
  }
}
