import type { ReportFormat } from '@shardwright/report';
import type { failLevels, TableColumn } from './options.ts';

/** What one `migrate analyze` was asked to do, with every value checked. */
export interface AnalyzeRequest {
  readonly source: string;
  readonly workload: readonly string[];
  readonly distribute: readonly TableColumn[];
  readonly range: readonly TableColumn[];
  readonly reference: readonly string[];
  readonly local: readonly string[];
  readonly schemas: readonly string[];
  readonly tenant?: string;
  readonly nodes?: number;
  readonly shards?: number;
  /** Rows to measure per table. */
  readonly sample?: number;
  readonly statementTimeoutMs?: number;
  readonly format: ReportFormat;
  readonly out?: string;
  readonly failOn: (typeof failLevels)[number];
}
