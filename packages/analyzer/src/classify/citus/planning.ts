import type { PlanClass } from '@shardwright/core';
import type { Layout, NameContext, TablePlacement } from '../context.ts';
import type { Query } from '../query-tree.ts';

/** A query that Citus refuses, with its own words. */
export class PlanningError extends Error {
  /** Citus' DETAIL line. */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}

/** How one statement runs. */
export interface Plan {
  readonly kind: Exclude<PlanClass, 'subplans'>;
  readonly reason: string;
  /** Tasks of the top job; undefined when the shard count is not known. */
  readonly taskCount?: number;
  readonly subplans: number;
  /** A subplan, or one of its own, needs a repartition join. */
  readonly repartitionInSubplan: boolean;
  /** How a subplan's own INSERT … SELECT moves its rows. */
  readonly insertInSubplan?: Extract<PlanClass, `insert-select-${string}`>;
  /** The coordinator groups, sorts or limits what the shards return. */
  readonly mergesOnCoordinator?: boolean;
  /** The sequence of a target column is read on the coordinator, after the workers' part. */
  readonly sequenceOnCoordinator?: boolean;
}

/** What every step of planning needs. */
export interface Planner {
  readonly names: NameContext;
  readonly layout: Layout;
  /** Plans a statement of its own: a subplan, or the query behind an INSERT. */
  readonly planStatement: (query: Query) => Plan;
}

const localTable: TablePlacement = { kind: 'local' };

/** Where a table lives; tables without an entry are plain local ones. */
export function placementOf(planner: Pick<Planner, 'layout'>, table: string): TablePlacement {
  return planner.layout.tables.get(table) ?? localTable;
}

/** A table's name for messages, without its schema. */
export function tableName(planner: Planner, table: string): string {
  return planner.names.tables.get(table)?.name ?? table;
}
