import { quoteIdentifier, quoteLiteral } from '@shardwright/core';
import { compareRows, type RowComparison, type RowLimits } from './compare-rows.ts';
import { keyQuery } from './row-queries.ts';
import { type PageRange, type Sample, sampledRanges } from './sampled-ranges.ts';
import { isOfShard, type RowCondition } from './shard-rows.ts';
import { type PlainReader, pagePart, pagesIn, type RowSource } from './source-rows.ts';
import type { TablePair } from './table-pairs.ts';
import type { TablePart } from './table-part.ts';

/** So many keys go into one query; each asks every node over a connection of its own. */
const keysAtOnce = 8000;

/** A sample of a table's rows, and how much of it that was. */
export interface SampleComparison extends RowComparison {
  readonly sampled: { readonly pages: number; readonly ofPages: number };
}

/** Parts of the target that give those of its rows for which a condition holds. */
type PartsWhere = (condition: RowCondition) => {
  readonly target: readonly TablePart[];
  readonly copies: readonly TablePart[];
};

/** What a sample is compared with. */
export interface SampleSides {
  readonly pair: TablePair;
  readonly reader: PlainReader;
  readonly partsWhere: PartsWhere;
  readonly limits: RowLimits;
}

/**
 * Compares the rows of some pages of the source with those of the target that have their keys, which are found by the
 * target's index: so what it costs falls with the share. Rows that only the target has are in no sample.
 */
export async function compareSample(
  { pair, reader, partsWhere, limits }: SampleSides,
  sample: Sample,
  partDone: (part: TablePart) => void,
): Promise<SampleComparison> {
  const pages = pair.source.reduce((sum, source) => sum + pagesIn(source), 0);
  const rowsPerPage = Math.max(1, pair.estimatedRows / Math.max(1, pages));
  const mostPages = Math.max(8, Math.floor(keysAtOnce / rowsPerPage));
  const chosen = pair.source.flatMap((source) => {
    const ranges = sampledRanges(pagesIn(source), sample, mostPages);
    return ranges.map((range) => ({ source, range, share: 1 / ranges.length }));
  });
  const keys = keyQuery(pair.lookup.map(({ index }) => index));
  const found = await eachOf(chosen, reader.jobs, async ({ source, range, share }) => {
    const part = pagePart(source, pair.columns.length, range, reader);
    const values = (await part.ask(keys)) as readonly (readonly string[])[];
    const compare = (condition: RowCondition): Promise<RowComparison> =>
      compareRows({ shape: pair.shape, source: [part], ...partsWhere(condition) }, limits, () => {});
    const own = await compare((shard) => hasKeyOf(pair, values, shard));
    // What is not where it belongs may be elsewhere, where looking costs as many times more as there are shards.
    const compared = own.sumsDiffer ? await compare(() => hasKeyOf(pair, values)) : own;
    // Progress counts whole relations, on both sides.
    partDone({ ...part, bytes: 2 * source.bytes * share });
    return compared;
  });
  return {
    ...merged(found, limits),
    sampled: {
      pages: chosen.reduce((sum, { source, range }) => sum + pagesOf(source, range), 0),
      ofPages: pages,
    },
  };
}

function pagesOf(source: RowSource, { first, before }: PageRange): number {
  return Math.max(0, Math.min(pagesIn(source), before ?? Number.POSITIVE_INFINITY) - first);
}

/** Rows of these keys; in a shard, of those that belong there. */
function hasKeyOf(
  { lookup }: TablePair,
  values: readonly (readonly string[])[],
  shard?: Parameters<RowCondition>[0],
): string {
  const columns = lookup.map(({ name }) => `t.${quoteIdentifier(name)}`).join(', ');
  const key = lookup.map(({ type }, at) => `(value->>${at})::${type} AS k${at}`).join(', ');
  const wanted = `(SELECT ${key} FROM json_array_elements(${quoteLiteral(JSON.stringify(values))}::json) AS value) AS wanted`;
  const at = lookup.findIndex(({ name }) => name === shard?.table.distributionColumn);
  const isOwn = shard && at >= 0 ? isOfShard(shard.table, shard.placement, `wanted.k${at}`) : undefined;
  return `(${columns}) IN (SELECT ${lookup.map((_, place) => `wanted.k${place}`).join(', ')} FROM ${wanted}${isOwn === undefined ? '' : ` WHERE ${isOwn}`})`;
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of rest) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}

function merged(found: readonly RowComparison[], { rows }: RowLimits): RowComparison {
  const sum = (of: (one: RowComparison) => number): number =>
    found.reduce((total, one) => total + of(one), 0);
  const placements = new Map(
    found.flatMap(({ unequalPlacements }) =>
      unequalPlacements.map((one) => [`${one.shard} ${one.node}`, one] as const),
    ),
  );
  return {
    rows: { source: sum((one) => one.rows.source), target: sum((one) => one.rows.target) },
    sumsDiffer: found.some(({ sumsDiffer }) => sumsDiffer),
    differentRows: sum(({ differentRows }) => differentRows),
    allBucketsSearched: found.every(({ allBucketsSearched }) => allBucketsSearched),
    differences: found.flatMap(({ differences }) => differences).slice(0, rows),
    misplacedRows: sum(({ misplacedRows }) => misplacedRows),
    unequalPlacements: [...placements.values()],
  };
}
