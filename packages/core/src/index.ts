export { type Clock, type Context, quietContext } from './context.ts';
export { editDistance } from './edit-distance.ts';
export {
  DatabaseError,
  EnvironmentError,
  type ErrorDetail,
  InputError,
  type InputPosition,
  InterruptedError,
  ShardwrightError,
  UsageError,
} from './errors.ts';
export type { ProgressEvent, ProgressPart } from './events.ts';
export { type ExitCode, exitCode } from './exit-code.ts';
export { glossary } from './glossary.ts';
export {
  displayName,
  nameKey,
  type QualifiedName,
  quoteIdentifier,
  quoteLiteral,
  quoteQualifiedName,
} from './identifier.ts';
export type { PlanClass } from './plan-class.ts';
export { formatBytes, formatCount, formatExact, formatShare, plural } from './quantity.ts';
