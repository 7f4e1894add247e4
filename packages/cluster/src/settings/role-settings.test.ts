import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { NodeRole } from '../cluster.ts';
import { type Resources, roleSettings, throwAwayRoleSettings, toServerSettings } from './role-settings.ts';

test("the image's settings are those that a coordinator is started with", async () => {
  const file = await readFile(new URL('../../../../docker/citus/settings.conf', import.meta.url), 'utf8');
  const lines = [...file.matchAll(/^([\w.]+) = '?([^'\n]*)'?$/gm)];
  const inImage = Object.fromEntries(lines.map(([, name = '', value]) => [name, value]));
  const settings = Object.entries(throwAwayRoleSettings('coordinator'));
  const ofServer = settings.filter(([name]) => !name.startsWith('citus.'));
  expect(inImage).toEqual(Object.fromEntries(ofServer.map(([name, value]) => [name, String(value)])));
});

const gibibyte = 1024 ** 3;
const of = (role: NodeRole, resources: Resources) => toServerSettings(roleSettings(role, resources));

test('a coordinator of 2 GB and workers of 8 GB get what practice recommends for them', () => {
  const resources = { memoryBytes: 18 * gibibyte, cores: 8, workers: 2 };
  expect(of('coordinator', resources)).toMatchObject({
    shared_buffers: '512MB',
    effective_cache_size: '1536MB',
    work_mem: '32MB',
    max_connections: 100,
    'citus.shard_count': 32,
  });
  expect(of('worker', resources)).toMatchObject({
    shared_buffers: '2048MB',
    effective_cache_size: '6144MB',
    work_mem: '128MB',
    max_connections: 200,
    'citus.max_cached_conns_per_worker': 4,
    'citus.max_adaptive_executor_pool_size': 32,
  });
});

test('nodes never get more memory together than there is for them, and each enough to start', () => {
  for (const workers of [0, 1, 2, 9]) {
    const resources = { memoryBytes: gibibyte, cores: 2, workers };
    const buffers = (role: NodeRole) => Number.parseInt(String(of(role, resources).shared_buffers), 10);
    expect(buffers('coordinator') + workers * buffers('worker')).toBeLessThanOrEqual(256 + 16);
    expect(Math.min(buffers('coordinator'), buffers('worker'))).toBeGreaterThanOrEqual(16);
  }
});

test('more cores get more shards, so that each has several to work on', () => {
  expect(of('coordinator', { memoryBytes: gibibyte, cores: 64, workers: 4 })).toMatchObject({
    'citus.shard_count': 256,
    max_parallel_workers: 64,
    max_parallel_workers_per_gather: 4,
  });
});
