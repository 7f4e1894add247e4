import type { Aggregate, Expression, Query } from '../query-tree.ts';
import { someExpressionDeep } from '../walk.ts';
import { isDistributionColumn, onDistributionColumn } from './distribution-columns.ts';
import { type Planner, PlanningError } from './planning.ts';

/** Aggregates that Citus knows how to compute in two steps. */
const twoStepAggregates = new Set(
  (
    'avg min max sum count array_agg jsonb_agg jsonb_object_agg json_agg json_object_agg bit_and bit_or bool_and ' +
    'bool_or every hll_add_agg hll_union_agg topn_add_agg topn_union_agg any_value'
  ).split(' '),
);

/** Aggregates whose transition state can be combined by PostgreSQL itself (`aggcombinefn` with a plain state type). */
const combinableAggregates =
  /^(stddev|stddev_pop|stddev_samp|variance|var_pop|var_samp|corr|covar_|regr_|bit_xor|string_agg)/;

/** Without the coordinator's help an aggregate must be computable on the shards; undefined when all are. */
export function aggregateError(
  planner: Planner,
  query: Query,
  isPushdown: boolean,
): PlanningError | undefined {
  if (planner.layout.settings.coordinatorAggregation) return undefined;
  const aggregates: Aggregate[] = [];
  const collect = (expression: Expression | undefined): void => {
    someExpressionDeep(expression, (node, level) => {
      if (node.kind === 'aggregate' && level === 0 && node.level === 0) aggregates.push(node);
      return false;
    });
  };
  for (const target of query.targets) collect(target.expression);
  collect(query.having);
  if (query.groupBy.length > 0 && onDistributionColumn(planner, query, query.groupBy)) return undefined;
  for (const { name, custom, ordered } of aggregates) {
    // Whether a user's aggregate can combine its states is not in the catalog model: it is taken to.
    const isKnown = twoStepAggregates.has(name) || combinableAggregates.test(name);
    if (custom ? ordered : !isKnown) {
      return new PlanningError(`unsupported aggregate function ${name}`);
    }
  }
  for (const aggregate of aggregates) {
    const error = singleAggregateError(planner, query, aggregate, isPushdown);
    if (error) return error;
  }
  return undefined;
}

function singleAggregateError(
  planner: Planner,
  query: Query,
  aggregate: Aggregate,
  isPushdown: boolean,
): PlanningError | undefined {
  const { name } = aggregate;
  if (/^(array_agg|jsonb?_agg|jsonb?_object_agg)$/.test(name)) {
    if (aggregate.ordered) return new PlanningError(`${name} with order by is unsupported`);
    return aggregate.distinct ? new PlanningError(`${name} (distinct) is unsupported`) : undefined;
  }
  if (!aggregate.distinct) return undefined;
  const [argument] = aggregate.args;
  if (name === 'count') {
    const hasColumn = someExpressionDeep(argument, (node) => node.kind === 'variable');
    return hasColumn
      ? undefined
      : new PlanningError(
          'cannot compute aggregate (distinct)',
          'aggregate (distinct) with no columns is unsupported',
        );
  }
  if (isPushdown) {
    return new PlanningError(
      'cannot compute aggregate (distinct)',
      'Only count(distinct) aggregate is supported in subqueries',
    );
  }
  if (argument && isDistributionColumn(planner, argument, query)) return undefined;
  return new PlanningError(
    'cannot compute aggregate (distinct)',
    'table partitioning is unsuitable for aggregate (distinct)',
  );
}
