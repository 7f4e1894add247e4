/** A schema-qualified name, unquoted, as the system catalogs hold it. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

// Words that need quotes as a column or table name: PostgreSQL 15–18 keywords of the categories
// "reserved" and "can be function or type" (pg_get_keywords(), catcode R and T), plus those of category C
// that quote_identifier quotes too are covered by quoting whenever in doubt.
const reservedWords = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char ' +
    'character check coalesce collate collation column concurrently constraint create cross current_catalog ' +
    'current_date current_role current_schema current_time current_timestamp current_user dec decimal default ' +
    'deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full ' +
    'grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is ' +
    'isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar ' +
    'json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp ' +
    'merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order ' +
    'out outer overlaps overlay placing position precision primary real references returning right row select ' +
    'session_user setof similar smallint some substring symmetric system_user table tablesample then time ' +
    'timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where ' +
    'window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot ' +
    'xmlserialize xmltable'
  ).split(' '),
);

/** An identifier as SQL text, quoted exactly when PostgreSQL's `quote_ident` would quote it. */
export function quoteIdentifier(identifier: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(identifier) && !reservedWords.has(identifier)) return identifier;
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A string as an SQL literal. */
export function quoteLiteral(value: string): string {
  const escaped = value.replaceAll("'", "''");
  return value.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`;
}

/** `schema.name` as SQL text. */
export function quoteQualifiedName(name: QualifiedName): string {
  return `${quoteIdentifier(name.schema)}.${quoteIdentifier(name.name)}`;
}

/** A name for people: without `public.`, quoted only where needed. */
export function displayName(name: QualifiedName): string {
  return name.schema === 'public' ? quoteIdentifier(name.name) : quoteQualifiedName(name);
}

/** A string that equals another's exactly when the names are equal: a key for maps. */
export function nameKey(name: QualifiedName): string {
  return quoteQualifiedName(name);
}
