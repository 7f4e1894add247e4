import type { QueryClass } from '@shardwright/analyzer';
import type { ProvenAnalysis } from './proven-analysis.ts';

/** A query class with its share of the workload, as expected and as Citus explains it. */
export interface ClassCount {
  readonly class: QueryClass;
  readonly queries: number;
  readonly shareOfCalls: number;
  readonly shareOfTime?: number;
  /** How many Citus runs so; absent without a proof. */
  readonly real?: number;
}

/** The classes of a workload, and those that only a proof found. */
export function classCounts({ workload, proof }: ProvenAnalysis): readonly ClassCount[] {
  const expected = workload?.summary.classes ?? [];
  if (proof === undefined) return expected;
  const found = new Map<QueryClass, number>();
  for (const { real } of proof.queries) if (real !== undefined) found.set(real, (found.get(real) ?? 0) + 1);
  const unexpected = [...found.keys()].filter((name) => expected.every((one) => one.class !== name));
  return [
    ...expected.map((one) => ({ ...one, real: found.get(one.class) ?? 0 })),
    ...unexpected.map((name) => ({ class: name, queries: 0, shareOfCalls: 0, real: found.get(name) ?? 0 })),
  ];
}
