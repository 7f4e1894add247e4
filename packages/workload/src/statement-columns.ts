/** Columns of pg_stat_statements, PostgreSQL 12 to 18, by what they are to a workload. */
export const timeColumns = ['total_exec_time', 'total_time'] as const;
/** Times of one call on average, for exports that lack the total. */
export const meanTimeColumns = ['mean_exec_time', 'mean_time'] as const;

/** Every column that may stand in an export: the view's own, and those that people join to it. */
export const knownColumns: ReadonlySet<string> = new Set(
  (
    'userid dbid toplevel queryid query calls rows total_time min_time max_time mean_time stddev_time ' +
    'plans total_plan_time min_plan_time max_plan_time mean_plan_time stddev_plan_time ' +
    'total_exec_time min_exec_time max_exec_time mean_exec_time stddev_exec_time ' +
    'shared_blks_hit shared_blks_read shared_blks_dirtied shared_blks_written ' +
    'local_blks_hit local_blks_read local_blks_dirtied local_blks_written temp_blks_read temp_blks_written ' +
    'blk_read_time blk_write_time shared_blk_read_time shared_blk_write_time local_blk_read_time ' +
    'local_blk_write_time temp_blk_read_time temp_blk_write_time wal_records wal_fpi wal_bytes wal_buffers_full ' +
    'jit_functions jit_generation_time jit_inlining_count jit_inlining_time jit_optimization_count ' +
    'jit_optimization_time jit_emission_count jit_emission_time jit_deform_count jit_deform_time ' +
    'parallel_workers_to_launch parallel_workers_launched stats_since minmax_stats_since ' +
    'datname dbname database database_name usename username rolname role user user_name'
  ).split(' '),
);
