import { nameKey } from '@shardwright/core';
import type { FuncCall, Node } from '@shardwright/sql';
import { builtinVolatility, isAggregate, returnsSet } from '../builtin-functions.ts';
import type { FunctionDefinition, NameContext } from '../context.ts';
import type { Expression } from '../query-tree.ts';
import { someExpressionDeep } from '../walk.ts';
import type { Scope } from './scope.ts';
import { callType } from './type-names.ts';

/** A function, aggregate or window function. */
export function resolveCall(node: FuncCall, scope: Scope): Expression {
  const names = (node.funcname ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  const name = names[names.length - 1] ?? '';
  const args = (node.args ?? []).map((arg) => scope.resolver.expression(arg, scope));
  if (node.agg_order) args.push(...node.agg_order.map((sort) => resolveSort(sort, scope)));
  if (node.agg_filter) args.push(scope.resolver.expression(node.agg_filter, scope));
  const type = callType(
    name,
    args.map((arg) => arg.type),
  );
  if (node.over) return { kind: 'window', name, window: windowIndex(node.over, scope), args, type };
  const schema = names.length > 1 ? names[names.length - 2] : undefined;
  const own = findFunctions(scope.resolver.context, schema, name);
  const [definition] = own;
  if (own.length > 0 ? definition?.kind === 'aggregate' : isAggregate(name)) {
    const levels = aggregateLevels(args);
    return {
      kind: 'aggregate',
      name,
      distinct: node.agg_distinct ?? false,
      ordered: (node.agg_order?.length ?? 0) > 0,
      level: levels,
      custom: own.length > 0,
      args,
      type,
    };
  }
  const base = { kind: 'call', name, args, type } as const;
  if (definition) {
    const volatile = own.find((candidate) => candidate.volatility === 'volatile') ?? definition;
    return {
      ...base,
      volatility: volatile.volatility,
      returnsSet: definition.returnsSet,
      strict: definition.strict,
    };
  }
  const zoned = args.some((arg) => arg.type === 'timestamptz');
  const dependsOnZone = /^(date_trunc|date_part|extract|age|timezone|generate_series)$/.test(name) && zoned;
  return {
    ...base,
    volatility: dependsOnZone && name !== 'timezone' ? 'stable' : builtinVolatility(name),
    returnsSet: returnsSet(name),
    strict:
      !/^(concat|concat_ws|format|json_build|jsonb_build|num_nulls|num_nonnulls|array_append|array_prepend|array_cat)/.test(
        name,
      ),
  };
}

/** An aggregate belongs to the innermost level among its variables. */
function aggregateLevels(args: readonly Expression[]): number {
  let lowest: number | undefined;
  for (const arg of args) {
    someExpressionDeep(arg, (node, level) => {
      if (node.kind === 'variable' && node.level >= level) {
        const own = node.level - level;
        lowest = lowest === undefined ? own : Math.min(lowest, own);
      }
      return false;
    });
  }
  return lowest ?? 0;
}

/** The functions of the database that a name may mean. */
function findFunctions(
  context: NameContext,
  schema: string | undefined,
  name: string,
): readonly FunctionDefinition[] {
  const schemas = schema === undefined ? context.searchPath : [schema];
  for (const candidate of schemas) {
    const found = context.functions.get(nameKey({ schema: candidate, name }));
    if (found) return found;
  }
  return [];
}

function resolveSort(node: Node, scope: Scope): Expression {
  if ('SortBy' in node && node.SortBy.node) return scope.resolver.expression(node.SortBy.node, scope);
  return scope.resolver.expression(node, scope);
}

function windowIndex(
  over: { name?: string; refname?: string; partitionClause?: Node[]; orderClause?: Node[] },
  scope: Scope,
): number {
  if (over.name !== undefined) {
    const index = scope.windowNames.get(over.name);
    if (index !== undefined) return index;
  }
  const base = over.refname === undefined ? undefined : scope.windowNames.get(over.refname);
  const inherited = base === undefined ? undefined : scope.query.windows[base];
  const partition = (over.partitionClause ?? []).map((node) => scope.resolver.expression(node, scope));
  const order = (over.orderClause ?? []).map((node) => resolveSort(node, scope));
  scope.query.windows.push({ partition: inherited?.partition ?? partition, order });
  return scope.query.windows.length - 1;
}
