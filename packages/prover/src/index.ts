export { type ProveOptions, provePlan } from './prove-plan.ts';
