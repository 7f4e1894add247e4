import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { coordinatorJournalSql, nodeJournalSql } from '../sql-files.ts';

/** Tables of the journal, without their schema; some are on every node. */
export const journalTables: readonly string[] = [coordinatorJournalSql, nodeJournalSql].flatMap((sql) =>
  [...sql.matchAll(/^CREATE TABLE IF NOT EXISTS shardwright\.(\w+)/gm)].flatMap(([, name]) => name ?? []),
);

const tables = journalTables.map((name) => `shardwright.${name}`).join(', ');
// One transaction, as they are sent together. Without CASCADE: what others have put there, or made of it, is not ours to drop.
const drop = `DROP TABLE IF EXISTS ${tables}; DROP SCHEMA IF EXISTS shardwright`;

/**
 * Removes the journal from every node, the coordinator last: as long as that one has its own, the others are known to
 * have theirs. Throws {@link DatabaseError}; called again, it goes on.
 */
export async function removeJournal(coordinator: Connection): Promise<void> {
  const left = await coordinator.query<{ node: string; result: string }>(
    `SELECT nodename || ':' || nodeport AS node, result FROM run_command_on_workers($1) WHERE NOT success`,
    [`SET citus.enable_ddl_propagation = off; ${drop}`],
  );
  if (left.length > 0) {
    const nodes = left.map(({ node, result }) => `${node} (${result})`).join(', ');
    throw new DatabaseError(`the journal cannot be removed from ${nodes}`, {
      hint: 'Everything else is taken back. Call migrate rollback again when that is mended.',
    });
  }
  await coordinator.query('SET citus.enable_ddl_propagation = off');
  await coordinator.query(drop);
}
