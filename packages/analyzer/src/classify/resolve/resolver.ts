import { type Node, parseStatements } from '@shardwright/sql';
import type { NameContext, TableDefinition } from '../context.ts';
import type { Expression, Query } from '../query-tree.ts';
import { resolveExpression } from './expressions.ts';
import { resolveModification } from './modify.ts';
import { emptyQuery, openScope, ResolveProblem, type Resolver, type Scope } from './scope.ts';
import { resolveSelect } from './select.ts';

/** Resolves a statement's names. Throws `ResolveProblem` for what is no query or cannot be told. */
export function resolveStatement(node: Node, context: NameContext): Query {
  return createResolver(context).statement(node, undefined);
}

function createResolver(context: NameContext): Resolver {
  let relations = 0;
  const viewsInProgress = new Set<string>();
  const resolver: Resolver = {
    context,
    nextRelationId: () => {
      relations += 1;
      return relations;
    },
    select: (statement, scope) => resolveSelect(statement, resolver, scope),
    statement: (node: Node, scope: Scope | undefined) => {
      if ('SelectStmt' in node) return resolveSelect(node.SelectStmt, resolver, scope);
      const query = resolveModification(node, resolver, scope);
      if (!query) throw new ResolveProblem(`${Object.keys(node)[0] ?? 'this'} is not a query`);
      return query;
    },
    expression: resolveExpression,
    text: (sql: string): Expression => {
      const scope = openScope(resolver, undefined, emptyQuery('select'));
      const node = firstTarget(sql);
      return node ? resolveExpression(node, scope) : { kind: 'other', args: [] };
    },
    view: (table: TableDefinition): Query => {
      if (viewsInProgress.has(table.key)) throw new ResolveProblem(`view ${table.name} refers to itself`);
      viewsInProgress.add(table.key);
      try {
        const parsed = parseStatements(table.definition ?? '');
        const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
        if (!tree) throw new ResolveProblem(`the definition of view ${table.name} does not parse`);
        return resolver.statement(tree, undefined);
      } finally {
        viewsInProgress.delete(table.key);
      }
    },
  };
  return resolver;
}

function firstTarget(expression: string): Node | undefined {
  const parsed = parseStatements(`SELECT ${expression}`);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  if (!tree || !('SelectStmt' in tree)) return undefined;
  const [target] = tree.SelectStmt.targetList ?? [];
  return target && 'ResTarget' in target ? target.ResTarget.val : undefined;
}
