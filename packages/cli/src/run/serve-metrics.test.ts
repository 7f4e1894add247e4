import { createServer } from 'node:http';
import type { MigrationStatus } from '@shardwright/migrator';
import { expect, test } from 'vitest';
import { readMetricsAddress } from './metrics-address.ts';
import { serveMetrics } from './serve-metrics.ts';

const status: MigrationStatus = {
  id: '1',
  source: 'shop@db:5432/shop',
  state: 'loading',
  startedAt: '2026-01-01T00:00:00.000Z',
  steps: { total: 3, done: [{ id: 'a', appliedAt: '2026-01-01T00:00:01.000Z', seconds: 1 }] },
  tables: [
    {
      relation: 'public."odd ""\\ name"',
      chunks: { done: 1, total: 2 },
      rows: 10,
      bytes: 100,
      setAside: 0,
      history: [],
    },
  ],
  quarantine: [],
  largeObjects: { objects: 0, bytes: 0 },
};
const anywhere = { host: '127.0.0.1', port: 0 };

test('a scrape gets the text format, with names escaped and no sample of what is not known', async () => {
  await using endpoint = await serveMetrics(anywhere, async () => status);
  const answer = await fetch(endpoint.url);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  expect(text).toContain('shardwright_migration_rows_total{table="public.\\"odd \\"\\"\\\\ name\\""} 10\n');
  expect(text).toContain('shardwright_migration_steps_done 1\n');
  expect(text).not.toContain('last_activity');
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) shardwright_\w+ .+|shardwright_\w+(\{\w+="([^"\\\n]|\\.)*"\})? [\d.]+)$/,
    );
  }
});

test('other paths and methods are refused, and a target that does not answer is no metric', async () => {
  await using endpoint = await serveMetrics(anywhere, async () => {
    throw new Error('no server at secret.example');
  });
  expect((await fetch(new URL('/', endpoint.url))).status).toBe(404);
  expect((await fetch(endpoint.url, { method: 'POST' })).status).toBe(405);
  const answer = await fetch(endpoint.url);
  expect([answer.status, await answer.text()]).toEqual([503, 'the target does not answer\n']);
});

test('a port that is taken is a matter of the environment', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(serveMetrics({ host: '127.0.0.1', port }, async () => status)).rejects.toMatchObject({
    exitCode: 4,
  });
  await new Promise((done) => taken.close(done));
});

test.each([
  ['9187', '127.0.0.1', 9187],
  [':9187', '127.0.0.1', 9187],
  ['0.0.0.0:9187', '0.0.0.0', 9187],
  ['[::1]:9187', '::1', 9187],
  ['localhost:0', 'localhost', 0],
])('%s is read as an address', (text, host, port) => {
  expect(readMetricsAddress(text)).toEqual({ host, port });
});

test.each(['', 'here', 'a:b', '99999', '::1:80', 'a b:80'])('"%s" is none', (text) => {
  expect(() => readMetricsAddress(text)).toThrow('HOST:PORT');
});
