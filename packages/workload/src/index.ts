export { mergeWorkloads } from './merge-workloads.ts';
export type { UnparsedQuery, Workload, WorkloadQuery, WorkloadSource } from './model.ts';
export { readWorkload, type WorkloadOrigin } from './read-workload.ts';
export type { StatementStatisticsRow } from './statement-statistics.ts';
