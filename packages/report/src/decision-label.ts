import type { Decision } from '@shardwright/analyzer';
import { displayName } from '@shardwright/core';

/** A decision's kind as reports print and filter it: backfills stand apart because they cost work. */
export type DecisionLabel = 'distributed' | 'backfill' | 'reference' | 'local' | 'single-shard';

/** The kinds in the order reports list them. */
export const decisionLabels: readonly DecisionLabel[] = [
  'distributed',
  'backfill',
  'reference',
  'single-shard',
  'local',
];

/** The kind a decision is listed under. */
export function decisionLabel(decision: Decision): DecisionLabel {
  return decision.kind === 'distributed' && decision.addedColumn ? 'backfill' : decision.kind;
}

/** A kind in words. */
export function labelInWords(label: DecisionLabel): string {
  return label === 'backfill' ? 'distributed + backfill' : label;
}

/** What is special about a distributed table besides its column, e.g. `range, time-partitioned`. */
export function decisionRemarks(decision: Decision): readonly string[] {
  switch (decision.kind) {
    case 'distributed':
      return [
        ...(decision.method === 'range' ? ['range'] : []),
        ...(decision.timePartitioned ? ['time-partitioned'] : []),
      ];
    case 'single-shard':
      return [`schema ${decision.schema}`];
    case 'reference':
    case 'local':
      return [];
    default:
      return decision satisfies never;
  }
}

/** The distribution column, or an empty string. */
export function decisionColumn(decision: Decision): string {
  return decision.kind === 'distributed' ? decision.column : '';
}

/** The group a table is co-located in, or an empty string. */
export function decisionGroup(decision: Decision): string {
  return decision.kind === 'distributed' || decision.kind === 'single-shard' ? decision.colocationGroup : '';
}

/** The way a backfilled column takes, e.g. `order_id → orders → company_id → companies`. */
export function backfillPath(decision: Decision): string {
  if (decision.kind !== 'distributed') return '';
  return decision.via.map((step) => `${step.columns.join(', ')} → ${displayName(step.to)}`).join(' → ');
}

/** A decision as one phrase: `distributed by company_id (added over orders)`. */
export function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'distributed': {
      const over = decision.via.map((step) => displayName(step.to)).join(', ');
      const added = decision.addedColumn ? [over === '' ? 'column added' : `column added over ${over}`] : [];
      const remarks = [...decisionRemarks(decision), ...added];
      return `distributed by ${decision.column}${remarks.length > 0 ? ` (${remarks.join('; ')})` : ''}`;
    }
    case 'single-shard':
      return `single-shard with schema ${decision.schema}`;
    case 'reference':
    case 'local':
      return decision.kind;
    default:
      return decision satisfies never;
  }
}
