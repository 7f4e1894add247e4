import { formatNode } from '../operate/node-address.ts';
import type { BackendRow, NodeActivity, NodeSample } from './sample.ts';
import type { ActivityReport, BlockedSession, Session } from './snapshot.ts';
import { findRings } from './wait-graph.ts';

/** What a prepared transaction is called among those that block: no process holds it. */
export const preparedBlocker = 'prepared transaction';

interface Backend extends BackendRow {
  readonly id: string;
  readonly node: string;
}

/** Puts together by global pid what each node said of its own processes. */
export function mergeActivity(nodes: readonly NodeSample[]): ActivityReport {
  const seen = nodes.flatMap((node) => (node.activity ? [{ node, activity: node.activity }] : []));
  const backends = seen.flatMap(({ node, activity }) =>
    activity.sessions.map((row): Backend => ({ ...row, id: sessionId(node, row), node: formatNode(node) })),
  );
  const blocked = mergeBlocked(seen);
  const edges = blocked.flatMap(({ id, blockedBy }) =>
    blockedBy.map((blocking) => ({ waiting: id, blocking })),
  );
  return {
    states: addStates(seen.map(({ activity }) => activity.states)),
    sessions: mergeSessions(backends),
    blocked: blocked.map((session) => ({ ...session, query: queryOf(session.id, backends) })),
    deadlocks: findRings(edges),
    strongLocks: seen.flatMap(({ node, activity }) =>
      activity.locks.strong.map(({ pid, mode, relation, isGranted }) => ({
        node: formatNode(node),
        session: pid === null ? preparedBlocker : idOfPid(node, activity, pid),
        mode,
        relation,
        isGranted,
      })),
    ),
  };
}

/** Citus' own way to number processes that have no global pid: node id, then ten digits of the process id. */
function sessionId(node: NodeSample, { globalPid, pid }: Pick<BackendRow, 'globalPid' | 'pid'>): string {
  return globalPid ?? String(BigInt(node.id) * 10_000_000_000n + BigInt(pid));
}

function idOfPid(node: NodeSample, activity: NodeActivity, pid: number): string {
  const row = activity.sessions.find((session) => session.pid === pid);
  return sessionId(node, { globalPid: row?.globalPid ?? null, pid });
}

function mergeSessions(backends: readonly Backend[]): readonly Session[] {
  const byId = new Map<string, Backend[]>();
  for (const backend of backends) byId.set(backend.id, [...(byId.get(backend.id) ?? []), backend]);
  return [...byId]
    .map(([id, processes]): Session => {
      const origin = processes.find(({ isWorkerQuery }) => !isWorkerQuery);
      const shown = origin ?? processes[0];
      return {
        id,
        ...(origin === undefined ? {} : { node: origin.node, pid: origin.pid }),
        kind: shown?.backendType === 'client backend' ? 'client' : 'server process',
        user: shown?.user ?? null,
        application: shown?.application ?? null,
        client: shown?.client ?? null,
        state: shown?.state ?? null,
        wait: (shown && waitOf(shown)) ?? null,
        transactionSeconds: shown?.transactionSeconds ?? null,
        querySeconds: shown?.querySeconds ?? null,
        stateSeconds: shown?.stateSeconds ?? null,
        query: shown?.query ?? null,
        workers: processes
          .filter((process) => process !== origin)
          .map((process) => ({ node: process.node, pid: process.pid, wait: waitOf(process) })),
      };
    })
    .sort((a, b) => (b.transactionSeconds ?? 0) - (a.transactionSeconds ?? 0));
}

function waitOf({ waitType, waitEvent }: BackendRow): string | null {
  // Between statements every session waits for its client.
  return waitType === null || waitEvent === 'ClientRead' ? null : `${waitType}: ${waitEvent}`;
}

function mergeBlocked(
  seen: readonly { readonly node: NodeSample; readonly activity: NodeActivity }[],
): readonly BlockedSession[] {
  const blocked = new Map<string, BlockedSession>();
  for (const { node, activity } of seen) {
    for (const { waiting, blocking, lock, seconds } of activity.waits) {
      const id = idOfPid(node, activity, waiting);
      const by = blocking === 0 ? preparedBlocker : idOfPid(node, activity, blocking);
      // A parallel worker waits for its own leader's group only in passing.
      if (by === id) continue;
      const known = blocked.get(id);
      blocked.set(id, {
        id,
        blockedBy: [...new Set([...(known?.blockedBy ?? []), by])],
        node: formatNode(node),
        lock: lock ?? known?.lock ?? null,
        seconds: longest(seconds, known?.seconds),
        query: null,
      });
    }
  }
  return [...blocked.values()].sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
}

function longest(a: number | null, b: number | null | undefined): number | null {
  return a === null ? (b ?? null) : Math.max(a, b ?? 0);
}

/** What the client asked for; where only a worker's part is seen, that. */
function queryOf(id: string, backends: readonly Backend[]): string | null {
  const own = backends.filter((backend) => backend.id === id);
  return (own.find(({ isWorkerQuery }) => !isWorkerQuery) ?? own[0])?.query ?? null;
}

function addStates(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const states of all) {
    for (const [state, count] of Object.entries(states)) sums.set(state, (sums.get(state) ?? 0) + count);
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => a.localeCompare(b)));
}
