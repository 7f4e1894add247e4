import { groupBy } from '../group-by.ts';
import type { ColumnDifference, RowDifference } from '../model/verification.ts';
import type { FullRow, RowShape } from './row-queries.ts';

/** Puts the rows of both sides together by their key, or without one by being the same; what is the same is left out. */
export function pairRows(
  shape: RowShape,
  rows: { readonly source: readonly FullRow[]; readonly target: readonly FullRow[] },
  characters: number,
): readonly RowDifference[] {
  const hasKey = shape.key.length > 0;
  const nameOf = ([h1, h2, key]: FullRow): string => (hasKey ? JSON.stringify(key) : `${h1} ${h2}`);
  const source = groupBy(rows.source, nameOf);
  const target = groupBy(rows.target, nameOf);
  const names = [...new Set([...source.keys(), ...target.keys()])];
  return names.flatMap((name): RowDifference[] => {
    const [ofSource, ofTarget] = [source.get(name) ?? [], target.get(name) ?? []];
    const copies = { source: ofSource.length, target: ofTarget.length };
    const [one, other] = [ofSource[0], ofTarget[0]];
    const key = Object.fromEntries(
      shape.key.map((index, at) => [
        shape.columns[index]?.name ?? '',
        shortened((one ?? other)?.[2][at] ?? null, characters),
      ]),
    );
    const columns = columnsOf(shape, one, other, characters);
    if (one === undefined) return [{ kind: 'only-in-target', key, copies, columns }];
    if (other === undefined) return [{ kind: 'only-in-source', key, copies, columns }];
    if (columns.length > 0) return [{ kind: 'different', key, copies, columns }];
    return copies.source === copies.target
      ? []
      : [
          {
            kind: 'copies',
            key,
            copies,
            columns: hasKey ? [] : columnsOf(shape, one, undefined, characters),
          },
        ];
  });
}

function columnsOf(
  { columns }: RowShape,
  source: FullRow | undefined,
  target: FullRow | undefined,
  characters: number,
): readonly ColumnDifference[] {
  return columns.flatMap(({ name }, index): ColumnDifference[] => {
    const [one, other] = [source?.[3][index] ?? null, target?.[3][index] ?? null];
    const isSame =
      source !== undefined && target !== undefined && hashOf(source, index) === hashOf(target, index);
    if (isSame) return [];
    return [
      {
        name,
        ...(source === undefined ? {} : { source: shortened(one, characters) }),
        ...(target === undefined ? {} : { target: shortened(other, characters) }),
      },
    ];
  });
}

/** A NULL and what stands in for it have one hash in some forms. */
function hashOf(row: FullRow, index: number): string {
  return `${row[3][index] === null} ${row[4][index]}`;
}

function shortened(text: string | null, characters: number): string | null {
  return text === null || text.length <= characters ? text : `${text.slice(0, characters)}…`;
}
