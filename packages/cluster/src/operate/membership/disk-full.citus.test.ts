import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quietContext } from '@shardwright/core';
import { connect } from '@shardwright/postgres';
import { expect, inject, test } from 'vitest';
import { handOver, serverAccount } from '../../local/account.ts';
import { makeTemporaryDirectory } from '../../local/scratch.ts';
import { openCoordinator } from '../coordinator.ts';
import { checkHealth } from '../health/check-health.ts';
import { listNodes } from '../list-nodes.ts';
import { isSameNode } from '../node-address.ts';
import { startPrivate, worker } from '../private-cluster.test-support.ts';
import { readShards } from '../shards/read-shards.ts';
import { drainNode } from './drain-node.ts';

const run = promisify(execFile);

/** A file system of a few megabytes that servers may write to; `undefined` where we may not mount one. */
async function smallDisk(size: string): Promise<(AsyncDisposable & { readonly path: string }) | undefined> {
  const directory = await makeTemporaryDirectory();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory.path]);
  } catch {
    await directory[Symbol.asyncDispose]();
    return undefined;
  }
  await handOver(directory.path, await serverAccount());
  return {
    path: directory.path,
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['--lazy', directory.path]);
      await directory[Symbol.asyncDispose]();
    },
  };
}

test('a drain that fills the disk of the node that takes the shards says so, and leaves them where they were', async (context) => {
  if (inject('citusProvider').kind !== 'local')
    return context.skip('nodes of other providers have no disk of ours');
  await using disk = await smallDisk('8m');
  if (!disk) return context.skip('mounting a small file system takes root');
  await using cluster = await startPrivate({
    workers: 2,
    seed: `CREATE TABLE orders (id bigint PRIMARY KEY, note text);
           SELECT create_distributed_table('orders', 'id', shard_count := 2);
           INSERT INTO orders SELECT n, repeat('x', 1000) FROM generate_series(1, 30000) n`,
  });
  if (!cluster) return context.skip('no cluster of our own');
  const target = worker(cluster, 1);
  {
    await using session = await connect(target.url);
    await session.query('SET citus.enable_ddl_propagation = off');
    await session.query(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
    await session.query('ALTER SYSTEM SET default_tablespace = small');
    await session.query('SELECT pg_reload_conf()');
  }
  await using coordinator = await openCoordinator(cluster.url());
  const node = (await listNodes(coordinator)).find((each) => isSameNode(each, worker(cluster, 2)));
  if (!node) throw new Error('the second worker is not registered');
  const before = await readShards(coordinator);
  await expect(drainNode(coordinator, node, {}, quietContext())).rejects.toMatchObject({
    message: expect.stringMatching(/cannot drain .*No space left on device/),
    hint: expect.stringMatching(/still holds 1 of 1 shards .*free some space/s),
  });
  expect((await readShards(coordinator)).map(({ id, node: at }) => ({ id, at }))).toEqual(
    before.map(({ id, node: at }) => ({ id, at })),
  );
  expect((await checkHealth(coordinator)).findings).toEqual([]);
});
