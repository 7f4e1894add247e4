/** How far a function's result may change: never, within a statement, or at any call. */
export type Volatility = 'immutable' | 'stable' | 'volatile';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

// From pg_proc of PostgreSQL 15: names whose every overload is volatile or stable, without the functions
// that only types, operators and indexes call. `pg_…` functions are told apart by rule below.
const volatileNames = words(
  'amvalidate bernoulli clock_timestamp currtid2 currval gen_random_uuid lastval nextval random ' +
    'set_config setseed setval system timeofday ts_stat txid_status',
);

const stableNames = words(
  'aclexplode array_to_json array_to_string col_description concat concat_ws convert convert_from ' +
    'convert_to current_database current_schema current_schemas current_setting current_user ' +
    'enum_first enum_last enum_range format format_type get_current_ts_config getdatabaseencoding ' +
    'getpgusername has_any_column_privilege has_column_privilege has_database_privilege ' +
    'has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege ' +
    'has_parameter_privilege has_schema_privilege has_sequence_privilege has_server_privilege ' +
    'has_table_privilege has_tablespace_privilege has_type_privilege inet_client_addr ' +
    'inet_client_port inet_server_addr inet_server_port json_agg json_agg_transfn json_build_array ' +
    'json_build_object json_object_agg json_object_agg_transfn json_populate_record ' +
    'json_populate_recordset json_to_record json_to_recordset jsonb_agg jsonb_agg_finalfn ' +
    'jsonb_agg_transfn jsonb_build_array jsonb_build_object jsonb_object_agg_finalfn ' +
    'jsonb_object_agg_transfn jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_array_tz ' +
    'jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset ' +
    'jsonb_to_record jsonb_to_recordset make_timestamptz mxid_age now obj_description oidvectortypes ' +
    'regclass row_security_active row_to_json session_user shobj_description statement_timestamp ' +
    'to_char to_date to_json to_jsonb to_number transaction_timestamp ts_match_tq ts_match_tt ' +
    'txid_current txid_current_if_assigned txid_current_snapshot version xml xml_is_well_formed ' +
    'textanycat anytextcat',
);

const setReturningNames = words(
  'aclexplode generate_series generate_subscripts json_array_elements json_array_elements_text ' +
    'json_each json_each_text json_object_keys json_populate_recordset json_to_recordset ' +
    'jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys ' +
    'jsonb_path_query jsonb_path_query_tz jsonb_populate_recordset jsonb_to_recordset regexp_matches ' +
    'regexp_split_to_table string_to_table ts_debug ts_parse ts_stat ts_token_type txid_snapshot_xip ' +
    'unnest',
);

const aggregateNames = words(
  'array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist ' +
    'dense_rank every json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percent_rank ' +
    'percentile_cont percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy ' +
    'regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop ' +
    'stddev_samp string_agg sum var_pop var_samp variance xmlagg',
);

/** Volatility of a built-in function; names that are not built in count as immutable here. */
export function builtinVolatility(name: string): Volatility {
  if (volatileNames.has(name)) return 'volatile';
  if (stableNames.has(name)) return 'stable';
  if (!name.startsWith('pg_')) return 'immutable';
  return /^pg_(get_|typeof|column_|encoding_|has_|char_|client_|my_temp|is_|.*_is_visible)/.test(name)
    ? 'stable'
    : 'volatile';
}

/** Whether a built-in function returns a set. */
export function returnsSet(name: string): boolean {
  return setReturningNames.has(name);
}

/** Whether a built-in function is an aggregate (outside of OVER). */
export function isAggregate(name: string): boolean {
  return aggregateNames.has(name);
}
