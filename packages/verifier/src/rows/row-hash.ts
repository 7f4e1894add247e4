import type { ComparedColumn } from './column.ts';
import type { RowShape } from './row-queries.ts';

/** Where the rows of a part of a table come from: a FROM item `r` with columns `c1` … and `misplaced`. */
export type RowsSql = string;

// Two hashes of 64 bits, of which neither knows the other.
const seeds = { h1: '6148914691236517205', h2: '2611923443488327891' } as const;
/** An expression nests once for each column, and the server's stack holds some thousand of them. */
const columnsPerLayer = 120;

/** `c7`: the name that a column has in {@link RowsSql}. */
export function columnAlias(index: number): string {
  return `c${index + 1}`;
}

/**
 * The rows with two hashes of 64 bits, `h1` and `h2`, as FROM item `r`. Each column's hash is the seed of the next one's:
 * a sum over rows notices values that changed places between rows, which it would not if hashes of columns were added.
 */
export function hashedRows(rows: RowsSql, { columns, encoding }: RowShape): string {
  const links = columns.map((column, index) => ({ column, at: `r.${columnAlias(index)}` }));
  const bytes = links.flatMap(({ column: { form }, at }) =>
    form.kind === 'bytes' ? [`${form.send}(${at})`] : [],
  );
  // What both hashes take is made once.
  const texts = links.flatMap(({ column, at }, index) =>
    column.form.kind === 'as-text' ? [`${at}::text AS t${index + 1}`] : [],
  );
  const others = links.flatMap(({ column, at }, index) =>
    column.form.kind === 'bytes'
      ? []
      : [{ column, at: column.form.kind === 'as-text' ? `r.t${index + 1}` : at }],
  );
  const begin = (seed: string): string =>
    bytes.length === 0 ? seed : `hash_array_extended(r.bytes, ${seed})`;
  // Without OFFSET the planner writes each expression into the next wherever that one is named, and runs it as often.
  const layer = (list: string, from: string): string => `(SELECT r.*, ${list} FROM ${from} OFFSET 0) AS r`;
  // An empty text carries the seed where every value is NULL.
  const made = [...(bytes.length === 0 ? [] : [`ARRAY[''::bytea, ${bytes.join(', ')}] AS bytes`]), ...texts];
  let from = made.length === 0 ? rows : layer(made.join(', '), rows);
  let [one, two] = [begin(seeds.h1), begin(seeds.h2)];
  for (let first = 0; first < others.length; first += columnsPerLayer) {
    const part = others.slice(first, first + columnsPerLayer);
    const chain = (seed: string): string =>
      part.reduce((hash, { column, at }) => link(column, at, hash, encoding), seed);
    [one, two] = [chain(one), chain(two)];
    if (first + columnsPerLayer < others.length) {
      const names = [`p${first}`, `q${first}`];
      from = layer(`${one} AS ${names[0]}, ${two} AS ${names[1]}`, from);
      [one, two] = names.map((name) => `r.${name}`) as [string, string];
    }
  }
  // A NULL where none may be would leave the row without a hash.
  const end = (hash: string): string => `coalesce(hashint4extended(${columns.length}, ${hash}), 0)`;
  return layer(`${end(one)} AS h1, ${end(two)} AS h2`, from);
}

/** The hash of one value with another hash as its seed. */
function link(
  { form, mayBeNull }: ComparedColumn,
  value: string,
  seed: string,
  encoding: 'same' | 'other',
): string {
  // Hash functions give NULL for NULL: the seed learns that there is none, and a stand-in is hashed.
  const before = mayBeNull ? `hashint4extended((${value} IS NULL)::int4, ${seed})` : seed;
  const present = (cast: string, standIn: string): string =>
    mayBeNull ? `coalesce(${cast}, ${standIn})` : cast;
  switch (form.kind) {
    case 'integer':
      return `hashint4extended(${present(`${value}::int4`, '0')}, ${before})`;
    case 'bigint': {
      // By itself hashint8 folds both halves into 32 bits, and -1 is 4294967295.
      const number = present(`${value}::int8`, '0');
      return `hashint8extended(${number}, hashint8extended(${number} >> 32, ${before}))`;
    }
    case 'boolean':
      return `hashint4extended(${present(`${value}::bool::int4`, '0')}, ${before})`;
    case 'uuid':
      return `uuid_hash_extended(${present(`${value}::uuid`, `'00000000-0000-0000-0000-000000000000'`)}, ${before})`;
    case 'bytea':
    case 'bytes':
      return `hash_array_extended(ARRAY[''::bytea, ${form.kind === 'bytes' ? `${form.send}(${value})` : value}], ${seed})`;
    case 'text':
    case 'as-text': {
      const text = present(`${value}::text`, `''`);
      // A collation may say that letters of different case are equal.
      const compared = encoding === 'same' ? text : `encode(convert_to(${text}, 'UTF8'), 'hex')`;
      return `hashtextextended(${compared} COLLATE "C", ${before})`;
    }
    default:
      return form satisfies never;
  }
}

/** The hash of one column alone, to tell which of a row differ. */
export function columnHash(column: ComparedColumn, index: number, encoding: 'same' | 'other'): string {
  return link(column, `r.${columnAlias(index)}`, seeds.h1, encoding);
}
