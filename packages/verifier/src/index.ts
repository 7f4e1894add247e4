export type {
  ColumnDifference,
  HiddenRows,
  LargeObjectFinding,
  MisplacedRow,
  RowDifference,
  SequenceFinding,
  StructureFinding,
  StructureVerification,
  TableVerification,
  UnequalPlacement,
  Verification,
} from './model/verification.ts';
export { type ReadPlan, readPlan } from './plan/read-plan.ts';
export { type VerifyOptions, verify } from './verify.ts';
