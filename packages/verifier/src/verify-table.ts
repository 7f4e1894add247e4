import { type Context, nameKey } from '@shardwright/core';
import { groupBy } from './group-by.ts';
import type { TableVerification } from './model/verification.ts';
import { findMisplacedRows } from './placement/misplaced-rows.ts';
import { compareRows, type RowLimits } from './rows/compare-rows.ts';
import type { Sample } from './rows/row-queries.ts';
import { type ShardedTable, shardParts } from './rows/shard-rows.ts';
import { type PlainReader, plainParts, selectColumns } from './rows/source-rows.ts';
import type { TablePair } from './rows/table-pairs.ts';
import type { TablePart } from './rows/table-part.ts';

/** What all tables are read with. */
export interface TableReaders {
  readonly source: PlainReader;
  readonly target: PlainReader;
  readonly shards: ReadonlyMap<string, ShardedTable>;
  readonly limits: RowLimits;
  readonly sample?: Sample;
  readonly context: Context;
  /** Hears of every part that was read. */
  readonly partDone: (table: TablePair, part: TablePart) => void;
}

/** Compares the rows of one table, and where the target keeps them. */
export async function verifyTable(pair: TablePair, readers: TableReaders): Promise<TableVerification> {
  const { limits, sample } = readers;
  const shape = { ...pair.shape, ...(sample === undefined ? {} : { sample }) };
  const sharded = pair.target.flatMap((relation) => readers.shards.get(nameKey(relation)) ?? []);
  const plain = pair.target.filter((relation) => !readers.shards.has(nameKey(relation)));
  const columns = pair.columns.length;
  const bytesPerTarget = pair.bytes / Math.max(1, pair.target.length);
  const shardedParts = sharded.map((table) =>
    placementParts(table, pair.columns, { pool: readers.target.pool, bytes: bytesPerTarget }),
  );
  const target = [
    ...plainParts(
      plain.map((relation) => ({ ...relation, select: selectColumns(relation, pair.columns) })),
      columns,
      readers.target,
    ),
    ...shardedParts.flatMap(({ firsts }) => firsts),
  ];
  const sides = {
    shape,
    source: plainParts(pair.source, columns, readers.source),
    target,
    copies: shardedParts.flatMap(({ copies }) => copies),
  };
  const found = await compareRows(sides, limits, (part) => readers.partDone(pair, part));
  const misplaced =
    found.misplacedRows === 0
      ? []
      : await findMisplacedRows(
          sharded,
          { shape, columns: pair.columns },
          { pool: readers.target.pool, limits },
        );
  const setAside = await countRows(pair, readers.source);
  const isDifferent = found.sumsDiffer || found.misplacedRows > 0 || found.unequalPlacements.length > 0;
  const isSampled = sample !== undefined && shape.key.length > 0;
  return {
    schema: pair.schema,
    name: pair.name,
    verdict: isDifferent ? 'different' : isSampled ? 'sampled' : 'equal',
    setAside,
    ...found,
    misplaced,
  };
}

function placementParts(
  table: ShardedTable,
  columns: readonly string[],
  options: Parameters<typeof shardParts>[2],
): { readonly firsts: readonly TablePart[]; readonly copies: readonly TablePart[] } {
  const byShard = [...groupBy(table.placements, ({ shard }) => shard).values()];
  const isCopied = byShard.some((placements) => placements.length > 1);
  const parts = (placements: ShardedTable['placements']): readonly TablePart[] =>
    shardParts({ ...table, placements }, columns, { ...options, apart: isCopied });
  return {
    firsts: parts(byShard.flatMap((placements) => placements.slice(0, 1))),
    copies: parts(byShard.flatMap((placements) => placements.slice(1))),
  };
}

/** The rows of the source that the plan sets aside. */
async function countRows({ setAside }: TablePair, { pool }: PlainReader): Promise<number> {
  let rows = 0;
  for (const { select, condition } of setAside) {
    const [row] = await pool.run((connection) =>
      connection.query<{ count: string }>(`SELECT count(*) FROM (${select}\nWHERE ${condition}) AS aside`),
    );
    rows += Number(row?.count);
  }
  return rows;
}
