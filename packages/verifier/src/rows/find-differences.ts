import { groupBy } from '../group-by.ts';
import type { RowDifference } from '../model/verification.ts';
import type { RowLimits, TableSides } from './compare-rows.ts';
import { pairRows } from './pair-rows.ts';
import {
  type BucketChoice,
  type BucketRow,
  bucketQuery,
  type FullRow,
  type HashRow,
  hasHash,
  hashQuery,
  hasKey,
  rowQuery,
} from './row-queries.ts';
import { BucketSums } from './sum-hashes.ts';
import type { TablePart } from './table-part.ts';

/** Two sides whose sums differ somewhere. */
export interface DifferentSums {
  readonly source: BucketSums;
  readonly target: BucketSums;
  readonly mask: number;
  /** Buckets that are not alike. */
  readonly different: readonly number[];
}

/** Hashes of so many rows come over the network at a time. */
const mostHashes = 100_000;
const bitsPerRound = 10;
/** The lowest bits that a bucket may be told by: int4 holds them. */
const mostBits = 30;

/** Finds the rows that differ: by narrowing buckets until their rows can be compared one by one. */
export async function findDifferences(
  sides: TableSides,
  sums: DifferentSums,
  limits: RowLimits,
): Promise<{
  readonly differentRows: number;
  readonly allBucketsSearched: boolean;
  readonly differences: readonly RowDifference[];
}> {
  const narrowed = await narrow(sides, sums);
  const { choice } = narrowed;
  const [source, target] = await Promise.all([
    hashesOf(sides, sides.source, choice),
    hashesOf(sides, sides.target, choice),
  ]);
  const onlySource = surplus(source, target);
  const onlyTarget = surplus(target, source);
  const all = [...onlySource, ...onlyTarget];
  // Both versions of a changed row have one key.
  const rowsByKey = groupBy(all, ([, , key]) => key);
  const shown = [...rowsByKey.values()].slice(0, limits.rows).flat();
  const read = async (condition: string) => {
    const query = rowQuery(sides.shape, condition, { ...limits, rows: 20 * limits.rows });
    const [ofSource, ofTarget] = await Promise.all([ask(sides.source, query), ask(sides.target, query)]);
    return { source: ofSource as readonly FullRow[], target: ofTarget as readonly FullRow[] };
  };
  const found = await read(hasHash(shown));
  // The other version of a row may lie in a bucket that was not looked into.
  const keys = uniqueKeys([...found.source, ...found.target]);
  const hasKeys = sides.shape.key.length > 0 && keys.length > 0;
  const rows = hasKeys ? await read(hasKey(sides.shape, keys)) : found;
  return {
    differentRows: rowsByKey.size,
    allBucketsSearched: narrowed.isComplete,
    differences: pairRows(sides.shape, rows, limits.characters).slice(0, limits.rows),
  };
}

/** Buckets that hold few enough rows, all that differ where possible. */
async function narrow(
  sides: TableSides,
  { source, target, mask, different }: DifferentSums,
): Promise<{ readonly choice: BucketChoice; readonly isComplete: boolean }> {
  const rowsIn = (bucket: number): number => source.of(bucket).rows + target.of(bucket).rows;
  const values: number[] = [];
  let rows = 0;
  for (const bucket of different) {
    if (values.length > 0 && rows + rowsIn(bucket) > mostHashes) break;
    values.push(bucket);
    rows += rowsIn(bucket);
  }
  const choice = { mask, values };
  if (rows <= mostHashes || mask >= 2 ** mostBits - 1) {
    return { choice, isComplete: values.length === different.length };
  }
  const finer = Math.min(2 ** mostBits, (mask + 1) * 2 ** bitsPerRound) - 1;
  const query = bucketQuery(sides.shape, finer, choice);
  const [sourceRows, targetRows] = await Promise.all([ask(sides.source, query), ask(sides.target, query)]);
  const [finerSource, finerTarget] = [new BucketSums(), new BucketSums()];
  finerSource.add(sourceRows as readonly BucketRow[]);
  finerTarget.add(targetRows as readonly BucketRow[]);
  const inner = await narrow(sides, {
    source: finerSource,
    target: finerTarget,
    mask: finer,
    different: finerTarget.differencesFrom(finerSource),
  });
  return { choice: inner.choice, isComplete: inner.isComplete && values.length === different.length };
}

async function ask(
  parts: readonly TablePart[],
  query: (rows: string) => string,
): Promise<readonly unknown[]> {
  const answers = await Promise.all(parts.map((part) => part.ask(query)));
  return answers.flatMap((answer) => answer as readonly unknown[]);
}

async function hashesOf(
  { shape }: TableSides,
  parts: readonly TablePart[],
  choice: BucketChoice,
): Promise<ReadonlyMap<string, HashRow>> {
  const hashes = new Map<string, HashRow>();
  for (const [h1, h2, key, rows] of (await ask(parts, hashQuery(shape, choice))) as readonly HashRow[]) {
    const name = `${h1} ${h2}`;
    hashes.set(name, [h1, h2, key, rows + (hashes.get(name)?.[3] ?? 0)]);
  }
  return hashes;
}

/** Hashes that one side has more often than the other. */
function surplus(
  here: ReadonlyMap<string, HashRow>,
  there: ReadonlyMap<string, HashRow>,
): readonly HashRow[] {
  return [...here].flatMap(([name, row]) => (row[3] > (there.get(name)?.[3] ?? 0) ? [row] : []));
}

function uniqueKeys(rows: readonly FullRow[]): readonly (readonly (string | null)[])[] {
  return [...new Map(rows.map(([, , key]) => [JSON.stringify(key), key])).values()];
}
