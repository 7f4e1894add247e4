import type { MonitorSnapshot } from '@shardwright/cluster';
import { createPaint, displayWidth } from '@shardwright/report';
import { expect, test } from 'vitest';
import { renderScreen } from './render-screen.ts';
import { troubledSnapshot } from './sample-snapshot.test-support.ts';

const plain = { label: 'shop', paint: createPaint(false) };

test.each([80, 100, 160])('no line of a screen of %d characters is longer', (width) => {
  for (const isBrief of [false, true]) {
    const lines = renderScreen(troubledSnapshot, { ...plain, width, isBrief }).split('\n');
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
  }
});

test('a screen has a section for all that there is to say, alerts first', () => {
  const text = renderScreen(troubledSnapshot, { ...plain, width: 100 });
  const titles = text.match(/^[A-Z][a-z]+(?: [a-z]+)?(?= {2}|$)/gm);
  expect(titles).toEqual([
    'Alerts',
    'Nodes',
    'Sessions',
    'Blocked',
    'Strong locks',
    'Shards',
    'Queries',
    'Statements',
    'Tenants',
    'Kept back',
    'Background jobs',
  ]);
  expect(text).toContain('error    worker-2.internal.example:5432 does not answer the coordinator');
  expect(text).toMatch(/95\/100 +2\.3[45] k +1\.23 k +98\.8 k +12 +87 %/);
  expect(text).toMatch(/10000000050 +10000000042, prepared t\S* +61 s/);
  expect(text).toMatch(/public\.orders +distributed +32 +> 5\.00 GB/);
  expect(text).toContain('Not known: no node follows tenants. Turn it on, on every node.');
  expect(text).toContain('task 2, 1 retry: disk full');
});

test('a brief screen gives each alert a line', () => {
  const text = renderScreen(troubledSnapshot, { ...plain, width: 80, isBrief: true });
  expect(text).toMatch(/^ {2}warning {2}Session 10000000042 has a transaction open/m);
  expect(text).not.toContain('Commit sooner');
});

test('a cluster at peace gets a short screen', () => {
  const quiet: MonitorSnapshot = {
    ...troubledSnapshot,
    alerts: [],
    jobs: [],
    nodes: troubledSnapshot.nodes.map(({ prepared: _, slots: __, standbys: ___, ...node }) => node),
    activity: { states: {}, sessions: [], blocked: [], deadlocks: [], strongLocks: [] },
  };
  const text = renderScreen(quiet, { ...plain, width: 80 });
  expect(text).toContain('Alerts  none\n');
  expect(text).toContain('Sessions  none but this one\n');
  expect(text).not.toMatch(/^(Blocked|Strong locks|Kept back|Background jobs)/m);
});
