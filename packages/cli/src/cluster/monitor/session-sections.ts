import { formatDuration, type Session } from '@shardwright/cluster';
import { isWide, oneLine, type ScreenSection, table } from './screen-section.ts';

/** Sessions at work over all nodes, each once. */
export const sessionSection: ScreenSection = ({ activity: { states, sessions } }, style) => ({
  title: 'Sessions',
  remark: Object.entries(states)
    .map(([state, number]) => `${number} ${state}`)
    .join(', ')
    .replace(/^$/, 'none but this one'),
  lines: table(
    [
      { title: 'Global pid' },
      { title: 'Node' },
      { title: 'User' },
      { title: 'State' },
      { title: 'For', align: 'right' },
      { title: 'On', align: 'right' },
      { title: 'Waits for' },
      { title: 'Statement', shrinks: true },
    ],
    sessions.map((session) => [
      session.id,
      isWide(style) ? (session.node ?? '') : '',
      isWide(style) ? (session.user ?? '') : '',
      session.state ?? session.kind,
      age(session.state === 'active' ? session.querySeconds : session.transactionSeconds),
      session.workers.length === 0 ? '' : String(new Set(session.workers.map(({ node }) => node)).size),
      isWide(style) ? waitOf(session) : '',
      oneLine(session.query),
    ]),
    style,
  ),
});

function waitOf({ wait, workers }: Session): string {
  return workers.find((worker) => worker.wait?.startsWith('Lock'))?.wait ?? wait ?? '';
}

function age(seconds: number | null): string {
  return seconds === null ? '' : formatDuration(seconds);
}

/** Who waits for whom. */
export const blockedSection: ScreenSection = ({ activity: { blocked, deadlocks } }, style) => ({
  title: 'Blocked',
  ...(deadlocks.length > 0 ? { remark: 'in a ring' } : {}),
  lines: table(
    [
      { title: 'Global pid' },
      { title: 'Blocked by', shrinks: true },
      { title: 'For', align: 'right' },
      { title: 'Node' },
      { title: 'Wants', shrinks: true },
      { title: 'Statement', shrinks: true },
    ],
    blocked.map(({ id, blockedBy, node, lock, seconds, query }) => [
      id,
      blockedBy.join(', '),
      age(seconds),
      isWide(style) ? node : '',
      lock ?? '',
      oneLine(query),
    ]),
    style,
  ),
});

/** Locks on tables that keep others out. */
export const lockSection: ScreenSection = ({ activity: { strongLocks } }, style) => ({
  title: 'Strong locks',
  lines: table(
    [
      { title: 'Global pid' },
      { title: 'Node', drops: true },
      { title: 'Mode' },
      { title: '' },
      { title: 'Table', shrinks: true },
    ],
    strongLocks
      .slice(0, 10)
      .map(({ session, node, mode, relation, isGranted }) => [
        session,
        node,
        mode.replace(/Lock$/, ''),
        isGranted ? 'held' : 'wanted',
        relation,
      ]),
    style,
  ),
});
