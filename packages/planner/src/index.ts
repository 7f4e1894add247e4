export type { Change, Weakening } from './model/change.ts';
export { type LeftOut, type Phase, type Plan, type PlannedTable, phases, type Step } from './model/plan.ts';
export { plan } from './plan.ts';
