export type { Backfill, BackfillHop, BackfillInSource } from './model/backfill.ts';
export type { Change, Weakening } from './model/change.ts';
export { type LeftOut, type Phase, type Plan, type PlannedTable, phases, type Step } from './model/plan.ts';
export { plan } from './plan.ts';
export { renderMigration } from './render/migration-script.ts';
export { renderRollback } from './render/rollback-script.ts';
export { phaseTitles, type ScriptOptions } from './render/script.ts';
