export { type LoadPath, loadPaths } from './load/load-path.ts';
export { type LoadedTable, type RunOptions, type RunResult, runMigration } from './run/run-migration.ts';
