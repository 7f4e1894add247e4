import { quoteQualifiedName } from '@shardwright/core';
import { readRows, type TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { forgotten, type JournalledLoad } from '../journal/journal.ts';
import { setAside } from '../load/load-tasks.ts';
import { rangeOf } from './chunks.ts';
import type { SourceTable } from './live-source.ts';

/**
 * What shows that a table is not what it was at an earlier snapshot; `undefined` when it is. Three signs together
 * prove it: a table that was not rewritten keeps its rows where they were; a new or changed row carries a younger
 * transaction; and where there is none of those, a chunk that lost a row has fewer.
 * @param rows For each chunk that is loaded, the rows it had.
 */
export async function changeSince(
  reader: Connection,
  load: TableLoad,
  before: JournalledLoad,
  now: SourceTable,
  rows: ReadonlyMap<number, number>,
): Promise<string | undefined> {
  if (before.fileNode === forgotten) return 'rows changed in a part of it that was loaded by half';
  if (now.fileNode !== before.fileNode) return 'it was rewritten or emptied';
  const [young] = await reader.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM ONLY ${quoteQualifiedName(load.source)} WHERE ${isYoung}) AS found`,
    [before.snapshot],
  );
  if (young?.found) return 'rows were added or changed';
  for (const [chunk, count] of rows) {
    const sql = readRows(
      load,
      chunk === setAside ? { which: 'set-aside' } : { pages: rangeOf(before, chunk) },
    );
    const [counted] = await reader.query<{ rows: string }>(`SELECT count(*) AS rows FROM (${sql}) AS chunk`);
    if (Number(counted?.rows) !== count) return 'rows were removed';
  }
  return undefined;
}

// A snapshot names the transactions at work, but not their subtransactions: so whatever began after the oldest of them
// counts as young. Numbers of transactions wrap; their ages do not.
const isYoung = `age(xmin) <= age((txid_snapshot_xmin($1::txid_snapshot) % 4294967296)::text::xid)`;
