import { nameKey } from '@shardwright/core';
import { groupBy } from '../group-by.ts';
import type { MisplacedRow } from '../model/verification.ts';
import type { RowLimits } from '../rows/compare-rows.ts';
import { type FullRow, type RowShape, rowQuery } from '../rows/row-queries.ts';
import { type ShardedTable, shardParts } from '../rows/shard-rows.ts';
import type { SessionPool } from '../session-pool.ts';

/** Reads some of the rows of a table that are in a shard that their key does not lead to. */
export async function findMisplacedRows(
  tables: readonly ShardedTable[],
  { shape, columns }: { readonly shape: RowShape; readonly columns: readonly string[] },
  { pool, limits }: { readonly pool: SessionPool; readonly limits: RowLimits },
): Promise<readonly MisplacedRow[]> {
  const rows: MisplacedRow[] = [];
  for (const table of tables) {
    const firsts = [...groupBy(table.placements, ({ shard }) => shard).values()].flatMap((all) =>
      all.slice(0, 1),
    );
    const parts = shardParts({ ...table, placements: firsts }, columns, { pool, bytes: 0, apart: true });
    const query = rowQuery(shape, 'r.misplaced IS NOT NULL', limits);
    const answers = await Promise.all(
      parts.map(async (part) => ({ shard: part.label, rows: (await part.ask(query)) as readonly FullRow[] })),
    );
    for (const answer of answers) {
      for (const [, , , texts] of answer.rows) {
        const at = columns.indexOf(table.distributionColumn ?? '');
        const belongsTo = await shardOf(table, texts[at] ?? null, pool);
        rows.push({
          columns: columns
            .slice(0, limits.rows)
            .map((name, index) => ({ name, value: texts[index] ?? null })),
          shard: answer.shard,
          ...(belongsTo === undefined ? {} : { belongsTo }),
        });
      }
    }
  }
  return rows.slice(0, limits.rows);
}

async function shardOf(
  table: ShardedTable,
  key: string | null,
  pool: SessionPool,
): Promise<string | undefined> {
  if (key === null) return undefined;
  const [row] = await pool.run((connection) =>
    connection.query<{ shard: string | null }>(
      'SELECT get_shard_id_for_distribution_column($1::regclass, $2::text)::text AS shard',
      [nameKey(table), key],
    ),
  );
  // 0 for a value that no range holds.
  return row?.shard === '0' ? undefined : (row?.shard ?? undefined);
}
