import type { Analysis, TableAnalysis } from '@shardwright/analyzer';
import { displayName, nameKey, type QualifiedName } from '@shardwright/core';
import type { Backfill, Plan, PlannedTable, Proof, Weakening } from '@shardwright/planner';

/** What reports on a plan are made from. */
export interface PlanReport {
  readonly plan: Plan;
  /** The analysis that the plan follows. */
  readonly analysis: Analysis;
  /** What became of the plan where it was tried. */
  readonly proof?: Proof;
  /** Indexes of the source on disk, where it tells. */
  readonly indexBytes?: number;
  /** When the plan was made, as reports shall print it. */
  readonly madeAt?: string;
  readonly toolVersion?: string;
}

/** Risks in the order in which reports list them. */
export const risks: readonly Weakening['risk'][] = ['high', 'medium', 'low'];

/** Weakened guarantees, weightiest first. */
export function byRisk({ weakenings }: Plan): readonly Weakening[] {
  return [...weakenings].sort((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk));
}

/** Tables that are no partitions. */
export function wholeTables({ tables }: Plan): readonly PlannedTable[] {
  return tables.filter(({ partitionOf }) => partitionOf === undefined);
}

/** `28 distributed, 2 of them after a backfill, 5 reference, 4 local`. */
export function countsInWords({ plan }: PlanReport): string {
  const tables = wholeTables(plan);
  const gained = new Set(
    plan.changes.filter(({ kind }) => kind === 'column-added').map(({ table }) => nameKey(table)),
  );
  const backfilled = tables.filter((table) => gained.has(nameKey(table))).length;
  const kinds = ['distributed', 'reference', 'single-shard', 'local'] as const;
  return kinds
    .flatMap((kind) => {
      const count = tables.filter((table) => table.kind === kind).length;
      if (count === 0) return [];
      return kind === 'distributed' && backfilled > 0
        ? [`${count} distributed`, `${backfilled} of them after a backfill`]
        : [`${count} ${kind}`];
    })
    .join(', ');
}

/** The way by which a column is filled: `order_id → orders.company_id`. */
export function pathInWords({ path, sourceColumn }: Pick<Backfill, 'path' | 'sourceColumn'>): string {
  const way = path.map(({ columns, to }) => `${columns.join(', ')} → ${displayName(to)}`).join(' → ');
  return `${way}.${sourceColumn}`;
}

/** Finds what the analysis says of a table. */
export function analysisOf({ tables }: Analysis): (name: QualifiedName) => TableAnalysis | undefined {
  const byName = new Map(tables.map((table) => [nameKey(table), table]));
  return (name) => byName.get(nameKey(name));
}
