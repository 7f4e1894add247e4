import type { Alternative } from '../model/analysis.ts';

/** A design by what its name may be made of. */
export interface NamedDesign
  extends Pick<Alternative, 'distributed' | 'reference' | 'local' | 'needBackfill'> {
  /** The key it is built around. */
  readonly key: string;
  /** The table the key's values come from. */
  readonly owner?: string;
}

const countWords = [
  ['distributed', 'distributed'],
  ['needBackfill', 'backfilled'],
  ['reference', 'reference'],
  ['local', 'local'],
] as const;

/** The designs' keys; those of the same key get what tells them apart: the key's table, else how many tables do what. */
export function distinctNames(designs: readonly NamedDesign[]): string[] {
  return designs.map((design) => {
    const { key, owner } = design;
    const alike = designs.filter((other) => other.key === key);
    if (alike.length === 1) return key;
    const tells = (read: (one: NamedDesign) => unknown): boolean =>
      new Set(alike.map(read)).size === alike.length;
    if (owner !== undefined && tells((one) => one.owner)) return `${key} of ${owner}`;
    const difference = countWords.find(([kind]) => tells((one) => one[kind]));
    if (difference === undefined) return `${key} (${alike.indexOf(design) + 1})`;
    const [kind, word] = difference;
    return `${key} with ${design[kind]} ${word}`;
  });
}
