export { type LoadPath, loadPaths } from './load/load-path.ts';
export { type Compression, compressions } from './offline/compression.ts';
export { type ExportOptions, type ExportResult, exportRows } from './offline/export-rows.ts';
export { type ImportResult, importRows } from './offline/import-rows.ts';
export { type ExportedTable, type ExportManifest, type FileFormat, fileFormats } from './offline/manifest.ts';
export type { LoadedTable, RunResult } from './run/carry-out.ts';
export { type RunOptions, runMigration } from './run/run-migration.ts';
export type { MigrationStatus, TableStatus } from './status/migration-status.ts';
export { readStatus } from './status/read-status.ts';
