export { type RowsToRead, readRows } from './load/read-rows.ts';
export type { Backfill, BackfillAlternative, BackfillHop, BackfillInSource } from './model/backfill.ts';
export type { Change, Weakening } from './model/change.ts';
export type { ForeignKeyCheck, LoadColumn, SequenceLoad, TableLoad } from './model/load.ts';
export {
  isBeforeLoad,
  type LeftOut,
  type Phase,
  type Plan,
  type PlannedGroup,
  type PlannedTable,
  phases,
  type Step,
  type Strategy,
} from './model/plan.ts';
export type { Difference, Proof, QueryProof, StatementFailure } from './model/proof.ts';
export type { PlannedQuery } from './model/query.ts';
export { plan } from './plan.ts';
export { renderBackfill } from './render/backfill-script.ts';
export { renderChecks } from './render/checks-script.ts';
export { renderMigration } from './render/migration-script.ts';
export { renderRollback } from './render/rollback-script.ts';
export { phaseTitles, type ScriptOptions } from './render/script.ts';
