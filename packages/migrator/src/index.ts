export { type LoadPath, loadPaths } from './load/load-path.ts';
export type { LoadedTable, RunResult } from './run/carry-out.ts';
export { type RunOptions, runMigration } from './run/run-migration.ts';
export type { MigrationStatus, TableStatus } from './status/migration-status.ts';
export { readStatus } from './status/read-status.ts';
