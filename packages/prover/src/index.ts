export type { Difference, Proof, StatementFailure } from './proof.ts';
export { type ProveOptions, provePlan } from './prove-plan.ts';
