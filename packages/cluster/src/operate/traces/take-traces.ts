import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { readSql } from '../sql-file.ts';

/** What one node holds: each object that somebody made, or may have altered, with its state. */
export interface NodeTraces {
  readonly isCoordinator: boolean;
  readonly node: string;
  readonly objects: ReadonlyMap<string, string>;
}

interface NodeAnswer {
  readonly isCoordinator: boolean;
  readonly node: string;
  readonly success: boolean;
  readonly result: string;
}

/** Looks at every node of a cluster. Throws {@link DatabaseError} when one does not answer. */
export async function takeTraces(coordinator: Connection): Promise<readonly NodeTraces[]> {
  const sql = await readSql('objects');
  const nodes = await askNodes(coordinator, sql);
  if (nodes.some(({ isCoordinator }) => isCoordinator)) return nodes;
  // A coordinator that was never registered.
  const [row] = await coordinator.query<{ states: Readonly<Record<string, string>> }>(
    `SELECT (${sql}) AS states`,
  );
  const objects = new Map(Object.entries(row?.states ?? {}));
  return [{ isCoordinator: true, node: 'coordinator', objects }, ...nodes];
}

async function askNodes(coordinator: Connection, sql: string): Promise<readonly NodeTraces[]> {
  const answers = await coordinator.query<NodeAnswer & Record<string, unknown>>(
    `SELECT groupid = 0 AS "isCoordinator", nodename || ':' || nodeport AS node, success, result
     FROM run_command_on_all_nodes($1) JOIN pg_dist_node USING (nodeid) ORDER BY groupid`,
    [sql],
  );
  return answers.map(({ isCoordinator, node, success, result }) => {
    if (!success) throw new DatabaseError(`cannot see what is on ${node}: ${result}`);
    const states = JSON.parse(result) as Readonly<Record<string, string>>;
    return { isCoordinator, node, objects: new Map(Object.entries(states)) };
  });
}

/** What is on any node now and was not before, or is not as it was, and what is gone; in words. */
export function newTraces(before: readonly NodeTraces[], after: readonly NodeTraces[]): readonly string[] {
  const known = new Map(before.map(({ node, objects }) => [node, objects]));
  const found = after.flatMap(({ node, isCoordinator, objects }) => {
    const earlier = known.get(node) ?? new Map<string, string>();
    const present = [...objects].flatMap(([object, state]) => {
      const was = earlier.get(object);
      if (was === state) return [];
      return [was === undefined ? object : `${object}: ${state}, not ${was}`];
    });
    const gone = [...earlier.keys()].filter((object) => !objects.has(object));
    return [...present, ...gone.map((object) => `no more ${object}`)].map((text) => ({
      text,
      node,
      isCoordinator,
    }));
  });
  return placed(withoutConsequences(found), after.length - 1);
}

interface FoundTrace {
  readonly text: string;
  readonly node: string;
  readonly isCoordinator: boolean;
}

/** Without what is there only because a table is: what Citus notes about it, and its shards. */
function withoutConsequences(found: readonly FoundTrace[]): readonly FoundTrace[] {
  const texts = new Set(found.map(({ text }) => text));
  const isConsequence = (text: string): boolean => {
    const [, noted] = /^(?:distribution|shard \d+|placement \d+) of (.+)$/s.exec(text) ?? [];
    const [, kept] = /^Citus keeps (.+)$/s.exec(text) ?? [];
    const [, start, end = ''] = /^(.+)_\d+("?)$/s.exec(text) ?? [];
    return (
      (noted !== undefined && texts.has(`table ${noted}`)) ||
      (kept !== undefined && texts.has(kept)) ||
      (start !== undefined && texts.has(`${start}${end}`)) ||
      (text.startsWith('co-location group ') && found.some((other) => other.text.startsWith('table ')))
    );
  };
  return found.filter(({ text }) => !isConsequence(text));
}

/** Each once: as it is where the coordinator has it, else with the workers. */
function placed(found: readonly FoundTrace[], workers: number): readonly string[] {
  const places = new Map<string, FoundTrace[]>();
  for (const trace of found) places.set(trace.text, [...(places.get(trace.text) ?? []), trace]);
  const inOrder = [...places].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([text, traces]) => {
    if (traces.some(({ isCoordinator }) => isCoordinator)) return text;
    if (traces.length === workers) return `${text} on every worker`;
    return `${text} on ${traces.map(({ node }) => node).join(', ')}`;
  });
}
