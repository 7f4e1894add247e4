const builtInTypeNames = new Set(
  (
    'aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray ' +
    'anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid cidr ' +
    'circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector index_am_handler ' +
    'inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal interval json jsonb ' +
    'jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange numrange oid oidvector path ' +
    'pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command pg_dependencies pg_lsn pg_mcv_list pg_ndistinct ' +
    'pg_node_tree pg_snapshot point polygon record refcursor regclass regcollation regconfig regdictionary ' +
    'regnamespace regoper regoperator regproc regprocedure regrole regtype table_am_handler text tid time timestamp ' +
    'timestamptz timetz trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector ' +
    'txid_snapshot unknown uuid varbit varchar void xid xid8 xml'
  ).split(' '),
);

/** Whether pg_catalog holds a type of that name (row types of the system's own tables included). */
export function isBuiltInType(name: string): boolean {
  return builtInTypeNames.has(name) || name.startsWith('pg_');
}

/** Types that common extensions bring: they exist once CREATE EXTENSION has run, without a statement of their own. */
export const extensionTypes: Readonly<Record<string, readonly string[]>> = {
  citext: ['citext'],
  cube: ['cube'],
  dblink: ['dblink_pkey_results'],
  hstore: ['hstore', 'ghstore'],
  intarray: ['query_int', 'intbig_gkey'],
  isn: ['ean13', 'isbn', 'isbn13', 'ismn', 'ismn13', 'issn', 'issn13', 'upc'],
  lo: ['lo'],
  ltree: ['ltree', 'lquery', 'ltxtquery', 'ltree_gist'],
  pg_trgm: ['gtrgm'],
  postgis: [
    ...[
      'geometry',
      'geography',
      'box2d',
      'box3d',
      'box2df',
      'gidx',
      'spheroid',
      'geometry_dump',
      'valid_detail',
    ],
    ...[
      'raster',
      'rastbandarg',
      'geomval',
      'addbandarg',
      'summarystats',
      'unionarg',
      'reclassarg',
      'agg_count',
    ],
  ],
  postgis_raster: [
    'raster',
    'rastbandarg',
    'geomval',
    'addbandarg',
    'summarystats',
    'unionarg',
    'reclassarg',
  ],
  seg: ['seg'],
  tablefunc: ['tablefunc_crosstab_2', 'tablefunc_crosstab_3', 'tablefunc_crosstab_4'],
  vector: ['vector', 'halfvec', 'sparsevec'],
};

/** Extensions that bring no type, so that an unknown type cannot be theirs. */
export const extensionsWithoutTypes: ReadonlySet<string> = new Set(
  (
    'plpgsql pgcrypto uuid-ossp unaccent fuzzystrmatch btree_gin btree_gist pg_stat_statements adminpack amcheck ' +
    'bloom dict_int dict_xsyn earthdistance file_fdw insert_username intagg moddatetime pageinspect pg_buffercache ' +
    'pg_freespacemap pg_prewarm pg_visibility pg_walinspect pgrowlocks pgstattuple postgres_fdw refint sslinfo tcn ' +
    'tsm_system_rows tsm_system_time xml2 autoinc pg_cron'
  ).split(' '),
);

// Bit masks of interval fields, as the grammar puts them into the type modifiers (INTERVAL_MASK of the server).
const intervalFields: Readonly<Record<string, string>> = {
  '4': 'year',
  '2': 'month',
  '8': 'day',
  '1024': 'hour',
  '2048': 'minute',
  '4096': 'second',
  '6': 'year to month',
  '1032': 'day to hour',
  '3080': 'day to minute',
  '7176': 'day to second',
  '3072': 'hour to minute',
  '7168': 'hour to second',
  '6144': 'minute to second',
};

/** The modifiers of a built-in type in the words of its declaration (interval masks become fields). */
export function readableModifiers(name: string, modifiers: readonly string[]): string[] {
  if (name !== 'interval' || modifiers.length === 0) return [...modifiers];
  const fields = intervalFields[modifiers[0] ?? ''];
  return [...(fields === undefined ? [] : [fields]), ...modifiers.slice(1)];
}

const longNames: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varbit: 'bit varying',
  varchar: 'character varying',
  char: '"char"',
};

/** A built-in scalar type as format_type prints it. */
export function formatBuiltInType(name: string, modifiers: readonly string[]): string {
  const inParentheses = modifiers.length === 0 ? '' : `(${modifiers.join(',')})`;
  switch (name) {
    case 'time':
    case 'timestamp':
      return `${name}${precision(modifiers)} without time zone`;
    case 'timetz':
    case 'timestamptz':
      return `${name.slice(0, -2)}${precision(modifiers)} with time zone`;
    case 'bpchar':
      return modifiers.length === 0 ? 'bpchar' : `character${inParentheses}`;
    case 'numeric':
      return modifiers.length === 1 ? `numeric(${modifiers[0]},0)` : `numeric${inParentheses}`;
    case 'interval':
      return formatInterval(modifiers);
    case 'any':
      return '"any"';
    case 'char':
      return '"char"';
    default:
      return `${longNames[name] ?? name}${inParentheses}`;
  }
}

// More than 6 digits are more than the server keeps: it warns and takes 6.
function precision(modifiers: readonly string[]): string {
  return modifiers[0] === undefined ? '' : `(${Math.min(Number(modifiers[0]), 6)})`;
}

function formatInterval(modifiers: readonly string[]): string {
  const words = modifiers.filter((modifier) => !/^\d+$/.test(modifier));
  const digits = modifiers.filter((modifier) => /^\d+$/.test(modifier));
  return `interval${words.map((word) => ` ${word}`).join('')}${precision(digits)}`;
}
