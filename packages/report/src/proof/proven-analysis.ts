import type { Analysis } from '@shardwright/analyzer';
import type { Proof } from '@shardwright/planner';

/** An analysis, and what became of its plan where that was tried. */
export interface ProvenAnalysis extends Analysis {
  readonly proof?: Proof;
}
