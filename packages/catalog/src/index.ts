export type { DumpSource } from './dump/dump-source.ts';
export { openDump } from './dump/open-dump.ts';
export { type ReadDumpOptions, readDump } from './dump/read-dump.ts';
export { type DumpSection, type DumpSurvey, surveyDump } from './dump/survey-dump.ts';
export { decompressZstd } from './dump/zstd.ts';
export {
  type CatalogDifference,
  type CatalogFingerprint,
  catalogDifferences,
  catalogFingerprint,
} from './fingerprint/index.ts';
export { type ReadDatabaseOptions, readDatabase } from './live/read-database.ts';
export {
  type NoStatementStatistics,
  readStatementStatistics,
  type StatementStatistics,
  type StatementStatisticsRow,
} from './live/statement-statistics.ts';
export { type Containment, containment } from './measure/index.ts';
export type { Catalog, CatalogOrigin, CatalogProblem, VerbatimStatement } from './model/catalog.ts';
export type { Definition } from './model/definition.ts';
export type {
  Comment,
  Extension,
  Grant,
  Policy,
  Publication,
  Routine,
  Rule,
  Schema,
  Sequence,
  Trigger,
  TypeDefinition,
  View,
} from './model/objects.ts';
export { onlySchemas } from './model/only-schemas.ts';
export type { ColumnStatistics, Provenance, TableStatistics } from './model/statistics.ts';
export type {
  CheckConstraint,
  Column,
  Constraint,
  DataType,
  ExclusionConstraint,
  ForeignKeyConstraint,
  Index,
  IndexKey,
  NotNullConstraint,
  PartitionKey,
  PrimaryKeyConstraint,
  ReferentialAction,
  Table,
  UniqueConstraint,
} from './model/table.ts';
export { CatalogBuilder } from './statements/catalog-builder.ts';
