import type { ReportFormat } from '@shardwright/report';
import type { ProofRequest } from '../prove/proof-options.ts';
import type { failLevels, TableColumn } from './options.ts';

/** What to read, and what is decided already, with every value checked. */
export interface SourceRequest {
  readonly source: string;
  readonly workload: readonly string[];
  readonly distribute: readonly TableColumn[];
  readonly range: readonly TableColumn[];
  readonly reference: readonly string[];
  readonly local: readonly string[];
  readonly singleShard: readonly string[];
  readonly schemas: readonly string[];
  readonly tenant?: string;
  readonly nodes?: number;
  readonly shards?: number;
  /** Rows to measure per table. */
  readonly sample?: number;
  readonly statementTimeoutMs?: number;
}

/** What one `migrate analyze` was asked to do. */
export interface AnalyzeRequest extends SourceRequest {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly failOn: (typeof failLevels)[number];
  /** Set to prove the plan that follows from the analysis. */
  readonly proof?: ProofRequest;
}
