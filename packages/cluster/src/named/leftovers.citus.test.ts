import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@shardwright/postgres';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { handOver, serverAccount } from '../local/account.ts';
import { listProcesses } from '../local/process-table.ts';
import { startOwner } from '../owner-process.test-support.ts';
import { addNamedWorker } from './add-named-worker.ts';
import { removeCluster } from './down-cluster.ts';
import { findLeftovers, type Leftover } from './leftovers.ts';
import { findCluster, listClusters } from './named-cluster.ts';
import { portsOf } from './port-claims.ts';
import { upCluster } from './up-cluster.ts';

const provider = inject('citusProvider');
let home = '';

beforeEach(async (context) => {
  if (provider.kind !== 'local') context.skip('only local clusters leave files on this machine');
  home = await mkdtemp(path.join(tmpdir(), 'sw-home-'));
  await handOver(home, await serverAccount());
  process.env.SHARDWRIGHT_HOME = home;
});

afterEach(async () => {
  for (const leftover of await findLeftovers()) {
    if (leftover.subject.startsWith(home) || leftover.kind !== 'throw-away servers') await leftover.remove();
  }
  delete process.env.SHARDWRIGHT_HOME;
  await rm(home, { recursive: true, force: true });
});

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

const ofDirectory = async (directory: string): Promise<Leftover | undefined> =>
  (await findLeftovers()).find(({ subject }) => subject === directory);

test('a throw-away cluster goes when its owner is killed, a frozen node of it too', async () => {
  const owner = await startOwner(
    `const { nodes } = await cluster.startCluster({ workers: 1 });
     await nodes[1].pause();
     console.log(nodes[0].name);`,
  );
  const directory = path.dirname(owner.said);
  expect(await exists(directory)).toBe(true);
  await owner.kill();
  // The guard is no child of ours: all there is to wait for is the directory, the last thing to go.
  while (await exists(directory)) await delay(20);
  const left = (await listProcesses()).filter(({ command }) => command.includes(directory));
  expect(left).toEqual([]);
});

test('servers that lost owner and guard at once are found, and removed with what still runs', async () => {
  const owner = await startOwner(
    `const { nodes } = await cluster.startCluster({ workers: 1 });
     console.log(nodes[0].url);`,
  );
  const directory = path.dirname(decodeURIComponent(new URL(owner.said).hostname));
  expect(await ofDirectory(directory)).toBeUndefined();
  const guard = (await listProcesses()).find(({ command }) =>
    command.includes(`shardwright-guard ${directory}`),
  );
  process.kill(guard?.pid ?? 0, 'SIGKILL');
  await owner.kill();

  const leftover = await ofDirectory(directory);
  expect(leftover?.kind).toBe('throw-away servers');
  // They still run: nobody told them to end.
  await (await connect(owner.said)).end();
  await leftover?.remove();
  expect(await exists(directory)).toBe(false);
  await expect(connect(owner.said)).rejects.toThrow('cannot connect');
});

test('a cluster whose start was killed is listed as unfinished, and can be removed to start it anew', async () => {
  const owner = await startOwner(
    `const resources = { memoryBytes: 2 ** 28, cores: 2, workers: 1 };
     const emit = ({ phase }) => {
       if (phase !== 'registering nodes') return;
       console.log(phase);
       // Nothing happens after this: the process waits for its end.
       while (true);
     };
     const context = { emit, signal: new AbortController().signal, clock: { nowMs: () => 0 } };
     await cluster.upCluster({ name: 'torn', workers: 1, resources }, context);`,
  );
  // Its owner still works on it.
  expect(await findLeftovers()).not.toContainEqual(expect.objectContaining({ subject: 'torn' }));
  await owner.kill();
  expect(await listClusters()).toMatchObject([{ name: 'torn', state: 'unfinished' }]);
  const leftovers = (await findLeftovers()).filter(({ kind }) => kind !== 'throw-away servers');
  expect(leftovers).toMatchObject([{ kind: 'unfinished cluster', subject: 'torn' }]);
  await leftovers[0]?.remove();
  expect(await listClusters()).toEqual([]);
  expect((await listProcesses()).filter(({ command }) => command.includes(home))).toEqual([]);
  expect((await findLeftovers()).filter(({ kind }) => kind !== 'throw-away servers')).toEqual([]);
});

/** An owner that begins to add a worker to the cluster `growing` and gets as far as the phase. */
function addUntil(phase: string): ReturnType<typeof startOwner> {
  return startOwner(
    `const emit = ({ phase }) => {
       if (phase !== ${JSON.stringify(phase)}) return;
       console.log(phase);
       while (true);
     };
     const context = { emit, signal: new AbortController().signal, clock: { nowMs: () => 0 } };
     await cluster.addNamedWorker(await cluster.findCluster('growing'), context);`,
  );
}

const elsewhere = ['throw-away servers', 'throw-away containers'];
const ours = async () => (await findLeftovers()).filter(({ kind }) => !elsewhere.includes(kind));

test('a worker whose addition was killed is found, and removed with its server, its data and its port', async () => {
  const resources = { memoryBytes: 2 ** 28, cores: 2, workers: 2 };
  await upCluster({ name: 'growing', workers: 1, resources });
  for (const phase of ['making the data directory of worker-2', 'registering worker-2']) {
    const owner = await addUntil(phase);
    expect(await ours()).toEqual([]);
    const second = async () => addNamedWorker((await findCluster('growing')) ?? unknown());
    await expect(second()).rejects.toThrow('another process is adding a worker');
    await owner.kill();
    const [leftover, ...others] = await ours();
    expect(leftover).toMatchObject({ kind: 'unfinished worker', subject: 'growing/worker-2' });
    expect(others).toEqual([]);
    await leftover?.remove();
    expect(await ours()).toEqual([]);
    const left = await listProcesses();
    expect(
      left.filter(({ command }) => command.includes(path.join(home, 'clusters/growing/worker-2'))),
    ).toEqual([]);
    expect(await exists(path.join(home, 'clusters/growing/worker-2'))).toBe(false);
    expect(await portsOf('growing')).toHaveLength(2);
  }
  await removeCluster('growing');
});

test('a worker that Citus knows already is kept when whoever added it was killed at last', async () => {
  const resources = { memoryBytes: 2 ** 28, cores: 2, workers: 2 };
  const { cluster } = await upCluster({ name: 'growing', workers: 1, resources });
  const { record } = await addNamedWorker(cluster);
  // As if killed before it could say that it is done.
  const file = path.join(home, 'clusters/growing/unfinished-worker');
  await writeFile(file, JSON.stringify({ label: 'worker-2', owner: await endedProcess() }));
  await cluster.nodes[0]?.stop();
  const [leftover] = await ours();
  await expect(leftover?.remove()).rejects.toThrow('cannot be seen while that does not run');
  await cluster.nodes[0]?.start();
  await leftover?.remove();
  expect((await findCluster('growing'))?.record).toEqual(record);
  expect(await ours()).toEqual([]);
  await removeCluster('growing');
});

function unknown(): never {
  throw new Error('the cluster is not there');
}

async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? unknown();
}
