export { type ProveOptions, provePlan } from './prove-plan.ts';
export { requireEmptyTarget, targetObjects } from './traces/target-objects.ts';
