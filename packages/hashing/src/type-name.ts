const sqlNames: ReadonlyMap<string, string> = new Map([
  ['"char"', 'char'],
  ['bigint', 'int8'],
  ['boolean', 'bool'],
  ['character', 'bpchar'],
  ['character varying', 'varchar'],
  ['decimal', 'numeric'],
  ['double precision', 'float8'],
  ['int', 'int4'],
  ['integer', 'int4'],
  ['real', 'float4'],
  ['smallint', 'int2'],
  ['time with time zone', 'timetz'],
  ['time without time zone', 'time'],
  ['timestamp with time zone', 'timestamptz'],
  ['timestamp without time zone', 'timestamp'],
]);

/** PostgreSQL's own name of a type that is given by that or by its SQL name, without length; `[]` stays. */
export function internalName(type: string): string {
  if (type === 'char') return type;
  const [, name = '', arrays = ''] = /^([\s\S]*?)((?:\[\d*\])*)$/.exec(type.toLowerCase()) ?? [];
  const bare = name
    .replace(/^pg_catalog\./, '')
    // Only SQL's char takes a length; PostgreSQL's internal `char` is the one-byte type.
    .replace(/^char\s*\(/, 'bpchar(')
    .replace(/\s*\([^)]*\)/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return (sqlNames.get(bare) ?? bare) + (arrays === '' ? '' : '[]');
}
