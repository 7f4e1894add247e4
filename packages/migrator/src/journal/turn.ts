import { randomUUID } from 'node:crypto';
import type { CitusNode } from '@shardwright/cluster';
import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { openSession } from '../session.ts';

/**
 * Holds the turn of a run until the open transaction ends: a run that comes after takes it only then, and what this one
 * sends later is refused. Locks of sessions do not do that, as a server that is restarted forgets them. Throws
 * {@link DatabaseError} when it is another's.
 */
export async function holdTurn(connection: Connection, run: string): Promise<void> {
  const held = await connection.query('SELECT FROM shardwright.turn WHERE run = $1 FOR SHARE', [run]);
  if (held.length > 0) return;
  throw new DatabaseError(`${connection.target}: another run has begun to work on this migration`, {
    hint: 'Let that one end; migrate status shows how far it is.',
  });
}

/** Gives a run the turn at a node, and the id of the node's journal. */
export async function takeTurn(connection: Connection, migration: string, run: string): Promise<string> {
  // A node that could not be reached when a migration was taken back has the journal of that one.
  await connection.query(
    'DELETE FROM shardwright.loaded_chunk WHERE NOT EXISTS (SELECT FROM shardwright.turn WHERE migration = $1)',
    [migration],
  );
  const [turn] = await connection.query<{ node: string }>(
    `INSERT INTO shardwright.turn (migration, run) VALUES ($1, $2)
     ON CONFLICT (only_one) DO UPDATE SET migration = excluded.migration, run = excluded.run RETURNING node`,
    [migration, run],
  );
  return turn?.node ?? '';
}

/**
 * Takes the turn away from whoever had it, on every node that has a journal, and gives the run that has it now. Waits for
 * transactions of the other.
 */
export async function takeTurns(nodes: readonly CitusNode[], migration: string): Promise<string> {
  const run = randomUUID();
  for (const node of nodes) {
    await using connection = await openSession(node.url, migration);
    if (await hasJournal(connection)) await takeTurn(connection, migration, run);
  }
  return run;
}

/** Whether a node has a journal: not one that came after the last run, or whose journal is removed already. */
export async function hasJournal(connection: Connection): Promise<boolean> {
  const [found] = await connection.query<{ there: boolean }>(
    "SELECT to_regclass('shardwright.turn') IS NOT NULL AS there",
  );
  return found?.there === true;
}

/** Nodes whose journals are not among those that are there: nobody knows any more what was loaded through them. */
export async function findLostJournals(
  coordinator: Connection,
  journals: readonly string[],
): Promise<readonly string[]> {
  const lost = await coordinator.query<{ name: string }>(
    'SELECT name FROM shardwright.node WHERE id <> ALL ($1)',
    [journals],
  );
  return lost.map(({ name }) => name);
}
