export type { UnparsedQuery, Workload, WorkloadQuery, WorkloadSource } from './model.ts';
