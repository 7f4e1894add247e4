// The catalogs and views of PostgreSQL 12 to 18 without their `pg_`. A prefix alone would not do: applications
// have tables such as pg_search_documents.
const names = new Set(
  `
  aggregate aios am amop amproc attrdef attribute auth_members authid available_extension_versions
  available_extensions backend_memory_contexts cast class collation config constraint conversion cursors
  database db_role_setting default_acl depend description enum event_trigger extension file_settings
  foreign_data_wrapper foreign_server foreign_table group hba_file_rules ident_file_mappings index indexes
  inherits init_privs language largeobject largeobject_metadata locks matviews namespace opclass operator
  opfamily pltemplate parameter_acl partitioned_table policies policy prepared_statements prepared_xacts proc
  publication publication_namespace publication_rel publication_tables range replication_origin
  replication_origin_status replication_slots rewrite roles rules seclabel seclabels sequence sequences
  settings shadow shdepend shdescription shmem_allocations shmem_allocations_numa shseclabel statistic
  statistic_ext statistic_ext_data stats stats_ext stats_ext_exprs subscription subscription_rel tables
  tablespace timezone_abbrevs timezone_names transform trigger ts_config ts_config_map ts_dict ts_parser
  ts_template type user user_mapping user_mappings views wait_events
`
    .trim()
    .split(/\s+/),
);

/** Whether a name, written without or with a schema, is one of PostgreSQL's own relations. */
export function isSystemCatalog({
  schema,
  name,
}: {
  readonly schema: string;
  readonly name: string;
}): boolean {
  if (schema === 'pg_catalog' || schema === 'information_schema') return true;
  // The view may be installed in any schema, and whoever reads it is no part of the application.
  if (name === 'pg_stat_statements') return true;
  return (
    schema === '' && (/^pg_stat(io)?_/.test(name) || (name.startsWith('pg_') && names.has(name.slice(3))))
  );
}
