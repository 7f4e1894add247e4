import type { DataType } from '../model/table.ts';

/** A type as the queries give it: the element's name for arrays, and what `format_type` prints. */
export interface TypeRow {
  readonly schema: string;
  readonly name: string;
  readonly dimensions: number;
  readonly sql: string;
}

/** A column's type in the model's form; modifiers are read off what `format_type` printed. */
export function dataType({ schema, name, dimensions, sql }: TypeRow): DataType {
  return { schema, name, modifiers: modifiersOf(sql, name), arrayDimensions: dimensions, sql };
}

function modifiersOf(sql: string, name: string): string[] {
  // Fields come before the precision: `interval day to second(3)`.
  const fields = name === 'interval' ? /^interval ([a-z ]+)/.exec(sql)?.[1]?.trim() : undefined;
  // A name in quotes may hold parentheses of its own.
  const listed = /\(([^()]*)\)/.exec(sql.replace(/"(?:[^"]|"")*"/g, ''))?.[1]?.split(',') ?? [];
  return [...(fields === undefined ? [] : [fields]), ...listed.map((modifier) => modifier.trim())];
}
