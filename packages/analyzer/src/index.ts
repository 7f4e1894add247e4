export type {
  Alternative,
  Analysis,
  Candidate,
  ColocationGroup,
  Coverage,
  Decision,
  Headline,
  Optimisation,
  Relation,
  RelationStep,
  ResolvedOptions,
  Skew,
  TableAnalysis,
  WorkloadAnalysis,
} from './model/analysis.ts';
export type { Design } from './model/design.ts';
export type { Finding, Severity } from './model/finding.ts';
export type { Classification, QueryAnalysis, QueryClass, QuerySummary } from './model/query.ts';
