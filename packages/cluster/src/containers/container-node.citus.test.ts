import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from '@shardwright/postgres';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RunningCluster, RunningNode } from '../cluster.ts';
import { startContainerCluster } from './container-cluster.ts';

const provider = inject('citusProvider');
let cluster: RunningCluster | undefined;

beforeAll(async () => {
  if (provider.kind !== 'containers') return;
  const { image } = provider;
  cluster = await startContainerCluster({ workers: 0, ...(image === undefined ? {} : { image }) });
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

beforeEach((context) => {
  if (provider.kind !== 'containers') context.skip('no containers are started here');
});

function coordinator(): RunningNode {
  const node = cluster?.nodes[0];
  if (!node) throw new Error('the cluster has no node');
  return node;
}

test('what happens to a node shows in whether it runs, and asking for it twice is no failure', async () => {
  const node = coordinator();
  expect(await node.isRunning()).toBe(true);
  await node.start();
  await node.stop();
  await node.stop();
  expect(await node.isRunning()).toBe(false);
  await expect(node.kill()).rejects.toThrow('cannot kill coordinator');
  await node.start();
  await node.pause();
  expect(await node.isRunning()).toBe(true);
  await node.resume();
});

test('a stopped node whose port was taken says so, and starts at the same URL when it is free', async () => {
  const node = coordinator();
  await node.stop();
  const port = Number(new URL(node.url).port);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    await expect(node.start()).rejects.toMatchObject({
      message: expect.stringContaining(`cannot start coordinator on port ${port}`),
      hint: expect.stringContaining('Another program listens'),
    });
  } finally {
    squatter.close();
    await once(squatter, 'close');
  }
  await node.start();
  await using connection = await connect(node.url);
  expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a frozen node can be stopped', async () => {
  const node = coordinator();
  await node.pause();
  await node.stop();
  expect(await node.isRunning()).toBe(false);
  await node.start();
});

test('a server that cannot start is told with the end of its log', async () => {
  if (provider.kind !== 'containers') return;
  const { image } = provider;
  const broken = startContainerCluster({
    workers: 0,
    settings: { coordinator: { shared_buffers: 'plenty' } },
    ...(image === undefined ? {} : { image }),
  });
  await expect(broken).rejects.toMatchObject({
    message: expect.stringContaining('coordinator did not start: it ended with exit code 1'),
    hint: expect.stringContaining('invalid value for parameter "shared_buffers"'),
  });
});
