import type { SourceRequest } from '../analyze/request.ts';
import type { ProofRequest } from '../prove/proof-options.ts';

/** What one `migrate plan` was asked to do, with every value checked. */
export interface PlanRequest extends Omit<SourceRequest, 'source'> {
  /** A source, or a file that holds an analysis. */
  readonly input: string;
  /** Where the database of an analysis is to be read instead of where the analysis read it. */
  readonly elsewhere?: string;
  /** Directory to write to; a summary only unless given. */
  readonly out?: string;
  readonly force: boolean;
  /** Set to prove the plan as well. */
  readonly proof?: ProofRequest;
}
