import { quoteLiteral } from '@shardwright/core';
import type { ComparedColumn } from './column.ts';
import { columnAlias, columnHash, hashedRows, type RowsSql } from './row-hash.ts';

/** How the columns of a table are compared. */
export interface RowShape {
  readonly columns: readonly ComparedColumn[];
  /** Places in `columns` of those that tell rows apart; none for a table without a key. */
  readonly key: readonly number[];
  /** `other`: texts of the two databases are bytes of different encodings. */
  readonly encoding: 'same' | 'other';
}

/** An SQL query of one JSON value over the rows of a part of a table. */
export type JsonQuery = (rows: RowsSql) => string;

/** Bucket, rows, sums of both hashes, misplaced rows. */
export type BucketRow = readonly [bucket: number, rows: number, h1: string, h2: string, misplaced: number];

/** Which rows, by the lowest bits of the first hash: all whose bits under `mask` are one of `values`. */
export interface BucketChoice {
  readonly mask: number;
  readonly values: readonly number[];
}

/** Sums up hashes by `mask` of the first one, all or only those of a bucket. */
export function bucketQuery(shape: RowShape, mask: number, within?: BucketChoice): JsonQuery {
  // Without groups a scan takes two thirds of the time.
  const [bucket, group] = mask === 0 ? ['0', 'HAVING count(*) > 0'] : [`(h1 & ${mask})::int`, 'GROUP BY 1'];
  return (rows) => `SELECT coalesce(json_agg(json_build_array(bucket, n, one, two, misplaced)), '[]') FROM (
    SELECT ${bucket} AS bucket, count(*) AS n, sum(h1)::text AS one, sum(h2)::text AS two, count(misplaced) AS misplaced
    FROM ${hashedRows(rows, shape)}${within ? ` WHERE ${choice(within)}` : ''}
    ${group}) AS buckets`;
}

/** The values of some columns of every row, as texts. */
export function keyQuery(columns: readonly number[]): JsonQuery {
  const list = columns.map((index) => `r.${columnAlias(index)}::text`).join(', ');
  return (rows) => `SELECT coalesce(json_agg(json_build_array(${list})), '[]') FROM ${rows}`;
}

/** Both hashes of rows, what tells the hash of their key, and how many there are. */
export type HashRow = readonly [h1: string, h2: string, key: string, rows: number];

/** The hashes of every row of some buckets. */
export function hashQuery(shape: RowShape, within: BucketChoice): JsonQuery {
  const key = shape.key.length === 0 ? 'h1' : `hashtextextended(${keyTexts(shape)}::text COLLATE "C", 0)`;
  return (rows) => `SELECT coalesce(json_agg(json_build_array(h1::text, h2::text, key::text, n)), '[]') FROM (
    SELECT h1, h2, min(${key}) AS key, count(*) AS n FROM ${hashedRows(rows, shape)}
    WHERE ${choice(within)} GROUP BY 1, 2) AS hashes`;
}

/** What {@link rowQuery} gives for a row: both hashes, the whole key, and text and hash of each column. */
export type FullRow = readonly [
  h1: string,
  h2: string,
  key: readonly (string | null)[],
  texts: readonly (string | null)[],
  hashes: readonly (string | null)[],
];

/** Rows with all their columns, those that a condition on `r` picks. */
export function rowQuery(
  shape: RowShape,
  condition: string,
  limits: { readonly rows: number; readonly characters: number },
): JsonQuery {
  const text = (index: number): string => `r.${columnAlias(index)}::text`;
  // A function takes a hundred arguments; an array any number of elements.
  const texts = shape.columns.map((_, index) => `left(${text(index)}, ${limits.characters + 1})`).join(', ');
  const hashes = shape.columns.map((column, index) => columnHash(column, index, shape.encoding)).join(', ');
  return (
    rows,
  ) => `SELECT coalesce(json_agg(json_build_array(h1::text, h2::text, key, texts, hashes)), '[]') FROM (
    SELECT h1, h2, ${keyTexts(shape)} AS key, ARRAY[${texts}]::text[] AS texts, ARRAY[${hashes}]::int8[]::text[] AS hashes
    FROM ${hashedRows(rows, shape)} WHERE ${condition} LIMIT ${limits.rows}) AS found`;
}

/** A condition for {@link rowQuery}: rows of these hashes. */
export function hasHash(hashes: readonly HashRow[]): string {
  return hashes.length === 0
    ? 'false'
    : `(h1, h2) IN (${hashes.map(([h1, h2]) => `(${h1}, ${h2})`).join(', ')})`;
}

/** A condition for {@link rowQuery}: rows of these keys, as texts. */
export function hasKey(shape: RowShape, keys: readonly (readonly (string | null)[])[]): string {
  const columns = shape.key.map((index) => `r.${columnAlias(index)}::text`).join(', ');
  const list = keys.map((key) => `(${key.map((value) => quoteLiteral(value ?? '')).join(', ')})`);
  return keys.length === 0 ? 'false' : `(${columns}) IN (${list.join(', ')})`;
}

function keyTexts(shape: RowShape): string {
  return `ARRAY[${shape.key.map((index) => `r.${columnAlias(index)}::text`).join(', ')}]::text[]`;
}

function choice({ mask, values }: BucketChoice): string {
  return `(h1 & ${mask}) IN (${values.join(', ')})`;
}
