/** How Citus runs a statement, by its planner's own distinctions: read off plans, and predicted from syntax. */
export type PlanClass =
  | 'fast-path'
  | 'router'
  | 'pushdown'
  | 'repartition'
  | 'subplans'
  | 'insert-select-pull'
  | 'insert-select-repartition'
  | 'merge-pull'
  | 'merge-repartition'
  | 'local';
