import type { QualifiedName } from '@shardwright/core';
import type { Phase, Step } from '../model/plan.ts';

/** A step from its parts; its id is made of phase and subject. */
export function step(
  phase: Phase,
  subject: string,
  parts: {
    readonly title: string;
    readonly apply: readonly string[];
    readonly undo?: readonly string[];
    readonly hazards?: readonly string[];
    readonly table?: QualifiedName;
  },
): Step {
  return { id: `${phase}: ${subject}`, phase, subject, undo: [], hazards: [], ...parts };
}
