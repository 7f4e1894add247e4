import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { EnvironmentError } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { expect, inject, test } from 'vitest';
import { inspectInstallation, type PostgresInstallation } from './installation.ts';
import { startPostgres } from './postgres-server.ts';

async function localInstallation(): Promise<PostgresInstallation> {
  const installation = await inspectInstallation(inject('postgresBin') ?? '');
  if (!installation) throw new Error('the postgres tier runs without a local PostgreSQL');
  return installation;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

test('a server takes the settings it was given and opens no TCP port', async () => {
  await using server = await startPostgres({
    installation: await localInstallation(),
    settings: { work_mem: '5MB', application_name: "it's" },
  });
  await using connection = await connect(server.url(), { applicationName: 'test' });
  const settings = await connection.query(
    "SELECT current_setting('work_mem') AS memory, current_setting('listen_addresses') AS addresses",
  );
  expect(settings).toEqual([{ memory: '5MB', addresses: '' }]);
});

test('a disposed server is gone with its files', async () => {
  const server = await startPostgres({ installation: await localInstallation() });
  await server[Symbol.asyncDispose]();
  expect(await exists(path.dirname(server.dataDirectory))).toBe(false);
  await expect(connect(server.url())).rejects.toThrow('no such socket');
});

test("a server that does not start is reported with its log's reason", async () => {
  const starting = startPostgres({
    installation: await localInstallation(),
    settings: { shared_preload_libraries: 'no_such_library' },
  });
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error).toHaveProperty('hint', expect.stringContaining('no_such_library'));
});

test('a server and its files go when their owner is killed by SIGKILL', async () => {
  const { binDirectory } = await localInstallation();
  // Compiled, because the owner is a bare Node process, which before version 22 cannot run TypeScript.
  const source = pathToFileURL(path.join(import.meta.dirname, '..', '..', 'dist', 'index.js')).href;
  const owner = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { inspectInstallation, startPostgres } = await import(${JSON.stringify(source)});
       const installation = await inspectInstallation(${JSON.stringify(binDirectory)});
       const server = await startPostgres({ installation });
       console.log(server.dataDirectory);
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: owner.stdout });
  const [dataDirectory] = (await once(lines, 'line')) as [string];
  expect(await exists(dataDirectory)).toBe(true);

  owner.kill('SIGKILL');
  await once(owner, 'exit');
  // The guard is no child of ours: all there is to wait for is the directory, the last thing to go.
  while (await exists(path.dirname(dataDirectory))) await delay(10);
});
