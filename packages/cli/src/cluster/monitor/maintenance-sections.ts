import { formatDuration, type MonitorSnapshot } from '@shardwright/cluster';
import { formatBytes, plural } from '@shardwright/core';
import { margin, oneLine, type ScreenSection, table } from './screen-section.ts';

/** Standbys, slots and prepared transactions: what makes a node keep WAL and old rows. */
export const replicationSection: ScreenSection = ({ nodes }, style) => ({
  title: 'Kept back',
  ...remarkOf(nodes),
  lines: table(
    [
      { title: 'Node', shrinks: true },
      { title: 'By' },
      { title: 'Name', shrinks: true },
      { title: 'State' },
      { title: 'Behind', align: 'right' },
    ],
    nodes.flatMap(({ node, standbys = [], slots = [], prepared = [] }) => [
      ...standbys.map(({ name, state, lagBytes, lagSeconds }) => [
        node,
        'standby',
        name,
        state,
        [
          lagBytes === null ? '' : formatBytes(Math.max(lagBytes, 0)),
          lagSeconds === null ? '' : formatDuration(lagSeconds),
        ]
          .filter((part) => part !== '')
          .join(', '),
      ]),
      ...slots.map(({ name, kind, isActive, retainedBytes }) => [
        node,
        `${kind} slot`,
        name,
        isActive ? 'active' : 'inactive',
        retainedBytes === null ? '' : formatBytes(Math.max(retainedBytes, 0)),
      ]),
      ...prepared.map(({ gid, ageSeconds }) => [
        node,
        'prepared transaction',
        gid,
        'waits',
        formatDuration(ageSeconds),
      ]),
    ]),
    style,
  ),
});

function remarkOf(nodes: MonitorSnapshot['nodes']): { readonly remark?: string } {
  const oldest = nodes
    .flatMap(({ node, wraparound }) => (wraparound ? [{ node, age: wraparound.transactionAge }] : []))
    .sort((a, b) => b.age - a.age)[0];
  if (!oldest || oldest.age < 100e6) return {};
  return { remark: `oldest row ${Math.round(oldest.age / 1e6)} million transactions old, on ${oldest.node}` };
}

/** Background jobs that are not done, and those that failed lately. */
export const jobSection: ScreenSection = ({ jobs = [] }, style) => ({
  title: 'Background jobs',
  lines: jobs.flatMap(({ id, state, kind, description, tasks, errors }) => [
    `${margin}${id}  ${state}  ${kind}: ${oneLine(description)}`,
    `${margin}    ${style.paint.faint(taskWords(tasks))}`,
    ...errors.slice(0, 3).map(({ task, retries, message }) => {
      const text = `task ${task}, ${plural(retries, 'retry', 'retries')}: ${oneLine(message)}`;
      return `${margin}    ${style.paint.severity('error', text)}`;
    }),
  ]),
});

function taskWords(tasks: Readonly<Record<string, number>> | null): string {
  const parts = Object.entries(tasks ?? {}).map(([status, number]) => `${number} ${status}`);
  return parts.length === 0 ? 'no tasks' : `tasks: ${parts.join(', ')}`;
}
