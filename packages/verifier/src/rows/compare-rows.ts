import type { RowDifference, UnequalPlacement } from '../model/verification.ts';
import { findDifferences } from './find-differences.ts';
import { type BucketRow, bucketQuery, type RowShape } from './row-queries.ts';
import { BucketSums } from './sum-hashes.ts';
import type { TablePart } from './table-part.ts';

/** Both sides of a table. */
export interface TableSides {
  readonly shape: RowShape;
  readonly source: readonly TablePart[];
  readonly target: readonly TablePart[];
  /** Further copies of the target's shards. */
  readonly copies: readonly TablePart[];
}

/** How closely rows are looked at. */
export interface RowLimits {
  /** Rows that are shown of a table. */
  readonly rows: number;
  /** Characters that are shown of a value. */
  readonly characters: number;
}

/** What the rows of a table came to. */
export interface RowComparison {
  readonly rows: { readonly source: number; readonly target: number };
  readonly sumsDiffer: boolean;
  readonly differentRows: number;
  readonly allBucketsSearched: boolean;
  readonly differences: readonly RowDifference[];
  readonly misplacedRows: number;
  readonly unequalPlacements: readonly UnequalPlacement[];
}

/** One bucket: where all is equal nothing has to be narrowed, and groups take time. */
const everyRow = 0;

/** Compares sums of hashes, and looks for the rows where they differ. */
export async function compareRows(
  sides: TableSides,
  limits: RowLimits,
  partDone: (part: TablePart) => void,
): Promise<RowComparison> {
  const query = bucketQuery(sides.shape, everyRow);
  const sumOf = async (part: TablePart): Promise<readonly BucketRow[]> => {
    const answer = (await part.ask(query)) as readonly BucketRow[];
    partDone(part);
    return answer;
  };
  const all = (parts: readonly TablePart[]) => Promise.all(parts.map(sumOf));
  const [sourceParts, targetParts, copyParts] = await Promise.all([
    all(sides.source),
    all(sides.target),
    all(sides.copies),
  ]);
  const [source, target] = [sumUp(sourceParts), sumUp(targetParts)];
  const different = target.differencesFrom(source);
  const found =
    different.length === 0
      ? { differentRows: 0, allBucketsSearched: true, differences: [] }
      : await findDifferences(sides, { source, target, mask: everyRow, different }, limits);
  const copies = sumUp(copyParts);
  return {
    rows: { source: source.rows, target: target.rows },
    sumsDiffer: different.length > 0,
    ...found,
    misplacedRows: target.misplaced + copies.misplaced,
    unequalPlacements: sides.copies.flatMap((copy, at) => {
      const first = sides.target.findIndex(({ label }) => label === copy.label);
      const [own, other] = [sumUp([targetParts[first] ?? []]), sumUp([copyParts[at] ?? []])];
      if (own.differencesFrom(other).length === 0) return [];
      return [{ shard: copy.label, node: copy.node ?? '', rows: other.rows, rowsOfFirst: own.rows }];
    }),
  };
}

function sumUp(parts: readonly (readonly BucketRow[])[]): BucketSums {
  const sums = new BucketSums();
  for (const part of parts) sums.add(part);
  return sums;
}
