import { preparedBlocker } from '../sessions.ts';
import type { Session } from '../snapshot.ts';
import type { AlertRule, Watched } from './alert.ts';
import { duration, quoted } from './words.ts';

/** What sessions do to one another. */
export const sessionRules: readonly AlertRule[] = [
  {
    id: 'deadlock',
    find: ({ activity }) =>
      activity.deadlocks.map((ring) => ({
        severity: 'error',
        what: `${ring.length} sessions wait for one another: none can go on`,
        evidence: ring.map((id) => sessionWords(id, activity.sessions)).join('; '),
        fix: `Citus cancels one of them within seconds unless citus.distributed_deadlock_detection_factor is -1; else SELECT pg_cancel_backend(${ring[0]}). Let all transactions touch rows in the same order.`,
      })),
  },
  {
    id: 'session-blocked',
    find: ({ activity, thresholds }) =>
      activity.blocked
        .filter(({ seconds }) => (seconds ?? 0) >= thresholds['blocked-seconds'])
        .map(({ id, blockedBy, node, lock, seconds, query }) => ({
          severity: (seconds ?? 0) >= thresholds['blocked-long-seconds'] ? 'error' : 'warning',
          node,
          what: `Session ${id} waits for ${blockedBy.join(' and ')} for ${duration(seconds ?? 0)}`,
          evidence: `it wants ${lock ?? 'a lock'} for ${quoted(query)}; ${blockedBy
            .map((blocker) => sessionWords(blocker, activity.sessions))
            .join('; ')}`,
          fix: blockedBy.includes(preparedBlocker)
            ? 'Finish the prepared transaction: SELECT recover_prepared_transactions() on the coordinator, else COMMIT PREPARED or ROLLBACK PREPARED on that node (pg_prepared_xacts).'
            : `Let the other finish, or end it: SELECT pg_terminate_backend(${blockedBy[0]}) on the coordinator, which takes global pids.`,
        })),
  },
  {
    id: 'idle-in-transaction',
    find: ({ activity, thresholds }) =>
      activity.sessions
        .filter(
          ({ state, stateSeconds }) =>
            state?.startsWith('idle in transaction') &&
            (stateSeconds ?? 0) >= thresholds['idle-in-transaction-seconds'],
        )
        .map((session) => ({
          severity: 'warning',
          ...at(session),
          what: `Session ${session.id} has a transaction open and does nothing for ${duration(session.stateSeconds ?? 0)}`,
          evidence: `${who(session)}, last ${quoted(session.query)}`,
          fix: `Commit sooner in the application; end this one with SELECT pg_terminate_backend(${session.id}). idle_in_transaction_session_timeout ends all such.`,
        })),
  },
  {
    id: 'transaction-long',
    find: ({ activity, thresholds }) =>
      clients(activity)
        .filter(({ transactionSeconds }) => (transactionSeconds ?? 0) >= thresholds['transaction-seconds'])
        .map((session) => ({
          severity: 'warning',
          ...at(session),
          what: `Session ${session.id} has had a transaction open for ${duration(session.transactionSeconds ?? 0)}`,
          evidence: `${who(session)}, ${session.state}: ${quoted(session.query)}`,
          fix: 'No vacuum removes what it might still see, on any node that it touched: commit sooner, or do the work in parts.',
        })),
  },
  {
    id: 'query-long',
    find: ({ activity, thresholds }) =>
      clients(activity)
        .filter(
          ({ state, querySeconds }) =>
            state === 'active' && (querySeconds ?? 0) >= thresholds['query-seconds'],
        )
        .map((session) => ({
          severity: 'info',
          ...at(session),
          what: `Session ${session.id} has run one query for ${duration(session.querySeconds ?? 0)}`,
          evidence: `${who(session)}: ${quoted(session.query)}`,
          fix: `See cluster explain for how it runs; SELECT pg_cancel_backend(${session.id}) on the coordinator stops it.`,
        })),
  },
];

function clients({ sessions }: Watched['activity']): readonly Session[] {
  return sessions.filter(({ kind }) => kind === 'client');
}

function at({ node }: Session): { readonly node?: string } {
  return node === undefined ? {} : { node };
}

function who({ user, application, client }: Session): string {
  const program = application ? ` with ${application}` : '';
  return `${user ?? 'unknown'}${program}${client === null ? '' : ` from ${client}`}`;
}

function sessionWords(id: string, sessions: readonly Session[]): string {
  if (id === preparedBlocker) return 'a prepared transaction holds it, and no process';
  const session = sessions.find((candidate) => candidate.id === id);
  if (!session) return `${id} is on a node that was not seen`;
  return `${id} (${who(session)}) is ${session.state ?? session.kind}: ${quoted(session.query)}`;
}
