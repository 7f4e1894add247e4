export { type AnalyzeInput, analyze } from './analyze.ts';
export { analyzeQueries, summarizeQueries } from './classify/analyze-queries.ts';
export { classify } from './classify/classify.ts';
export {
  type ColumnUse,
  type JoinEdge,
  joinEdges,
  type KeyFilter,
  keyFilters,
} from './classify/column-uses.ts';
export { type ClassifierContext, classifierContext } from './classify/design-layout.ts';
export { improveByPredicate } from './classify/improve-by-predicate.ts';
export { type PreparedQuery, prepareQuery } from './classify/prepare-query.ts';
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
export type { AnalyzeOptions } from './options.ts';
export {
  type ForeignKeyOutcome,
  type ForeignKeyPlacement,
  type ForeignKeyRule,
  foreignKeyOutcome,
} from './rules/foreign-key-outcome.ts';
export { type KeyObstacle, type KeyRule, keyObstacles } from './rules/key-obstacles.ts';
export { rules } from './rules/registry.ts';
export type { Rule } from './rules/rule.ts';
export { runRules } from './rules/run-rules.ts';
export type { NoWorkload } from './summary/coverage.ts';
