import { type Context, nameKey } from '@shardwright/core';
import { groupBy } from './group-by.ts';
import type { TableVerification } from './model/verification.ts';
import { findMisplacedRows } from './placement/misplaced-rows.ts';
import { compareRows, type RowComparison, type RowLimits, type TableSides } from './rows/compare-rows.ts';
import { compareSample } from './rows/compare-sample.ts';
import type { Sample } from './rows/sampled-ranges.ts';
import { type RowCondition, type ShardedTable, shardParts } from './rows/shard-rows.ts';
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
  const { limits } = readers;
  const partDone = (part: TablePart): void => readers.partDone(pair, part);
  const sample = isSampled(pair) ? readers.sample : undefined;
  const found: RowComparison & Pick<TableVerification, 'sampled'> =
    sample === undefined
      ? await compareRows(wholeSides(pair, readers), limits, partDone)
      : await compareSample(
          {
            pair,
            reader: readers.source,
            partsWhere: (condition) => targetParts(pair, readers, condition),
            limits,
          },
          sample,
          partDone,
        );
  const misplaced =
    found.misplacedRows === 0
      ? []
      : await findMisplacedRows(
          shardedTables(pair, readers),
          { shape: pair.shape, columns: pair.columns },
          { pool: readers.target.pool, limits },
        );
  // That they are counted takes a look at all rows.
  const setAside = sample === undefined ? await countRows(pair, readers.source) : 0;
  const isDifferent = found.sumsDiffer || found.misplacedRows > 0 || found.unequalPlacements.length > 0;
  return {
    schema: pair.schema,
    name: pair.name,
    verdict: isDifferent ? 'different' : sample === undefined ? 'equal' : 'sampled',
    setAside,
    ...found,
    misplaced,
  };
}

/** Rows without a key cannot be looked up, and what is no heap has no pages to choose from: all of them are compared. */
function isSampled({ lookup, source }: TablePair): boolean {
  return lookup.length > 0 && source.every(({ isHeap }) => isHeap);
}

function wholeSides(pair: TablePair, readers: TableReaders): TableSides {
  return {
    shape: pair.shape,
    source: plainParts(pair.source, pair.columns.length, readers.source),
    ...targetParts(pair, readers),
  };
}

function shardedTables({ target }: TablePair, { shards }: TableReaders): readonly ShardedTable[] {
  return target.flatMap((relation) => shards.get(nameKey(relation)) ?? []);
}

/** What the target has of a table, or those of its rows for which a condition holds. */
function targetParts(
  pair: TablePair,
  readers: TableReaders,
  condition?: RowCondition,
): Pick<TableSides, 'target' | 'copies'> {
  const plain = pair.target
    .filter((relation) => !readers.shards.has(nameKey(relation)))
    .map((relation) => ({
      ...relation,
      select: selectColumns(relation, pair.columns),
      ...(condition === undefined ? {} : { condition: condition(), isHeap: false }),
    }));
  // A few rows of many shards are asked for at once.
  const bytes = condition === undefined ? pair.bytes / Math.max(1, pair.target.length) : 0;
  const sharded = shardedTables(pair, readers).map((table) =>
    placementParts(table, pair.columns, {
      pool: readers.target.pool,
      bytes,
      ...(condition === undefined ? {} : { condition }),
    }),
  );
  return {
    target: [
      ...plainParts(plain, pair.columns.length, readers.target),
      ...sharded.flatMap(({ firsts }) => firsts),
    ],
    copies: sharded.flatMap(({ copies }) => copies),
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
