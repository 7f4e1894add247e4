import { editDistance } from '@shardwright/core';

const irregularSingulars: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  feet: 'foot',
  indices: 'index',
  matrices: 'matrix',
  vertices: 'vertex',
  addresses: 'address',
  statuses: 'status',
  aliases: 'alias',
  buses: 'bus',
  movies: 'movie',
  series: 'series',
  species: 'species',
  news: 'news',
};

/** An identifier's words in lower case: `tenantRecordId`, `tenant_record_id` and `TenantRecordID` give the same three. */
export function nameWords(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** A word's singular, as far as English spelling tells it; good enough to match `companies` with `company_id`. */
function singular(word: string): string {
  const irregular = irregularSingulars[word];
  if (irregular !== undefined) return irregular;
  if (/(ss|us|is|os)$/.test(word) || word.length < 4) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(x|ch|sh|ss|zz)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/** Whether a word is written in the plural. */
export function isPlural(word: string): boolean {
  return singular(word) !== word;
}

/** A table's name as the thing one of its rows is: `order_items` gives `order_item`. */
export function rowName(table: string): string {
  const words = nameWords(table);
  const last = words.pop();
  return last === undefined ? table.toLowerCase() : [...words, singular(last)].join('_');
}

/**
 * The prefix that most of a table's columns carry, `l` in TPC-H's `lineitem`, else undefined. Such prefixes say
 * nothing about what a column means, so matching takes them off.
 */
export function columnPrefix(columns: readonly string[]): string | undefined {
  if (columns.length < 2) return undefined;
  const counts = new Map<string, number>();
  for (const column of columns) {
    const match = /^([a-z]{1,3})_(?=.)/i.exec(column);
    const prefix = match?.[1]?.toLowerCase();
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  for (const [prefix, count] of counts) if (count >= columns.length * 0.8) return prefix;
  return undefined;
}

/** A column's name in words joined by `_`, without the table's prefix: `l_orderkey` gives `orderkey`. */
export function baseName(column: string, prefix: string | undefined): string {
  const words = nameWords(column);
  if (prefix !== undefined && words.length > 1 && words[0] === prefix) words.shift();
  return words.join('_');
}

/** Up to three of the candidates that look most like a name. */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => {
      const known = candidate.toLowerCase();
      const bare = known.slice(known.lastIndexOf('.') + 1);
      return { candidate, distance: Math.min(editDistance(wanted, known), editDistance(wanted, bare)) };
    })
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
