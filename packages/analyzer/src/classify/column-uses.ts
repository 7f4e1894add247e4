import { isConstantExpression } from './postgres/fold.ts';
import type { Root } from './postgres/restrictions.ts';
import type { PreparedQuery, ResolvedQuery } from './prepare-query.ts';
import type { Expression, Query, Variable } from './query-tree.ts';
import { leavesOf } from './walk.ts';

/** A table's column. `table` is the table's `nameKey`. */
export interface ColumnUse {
  readonly table: string;
  readonly column: string;
}

/** Two columns that a query makes equal. */
export interface JoinEdge {
  readonly left: ColumnUse;
  readonly right: ColumnUse;
}

interface Occurrence extends ColumnUse {
  readonly id: number;
}

/** The pairs of table columns that a query makes equal, transitively; those that INSERT … SELECT copies count too. */
export function joinEdges(prepared: PreparedQuery): JoinEdge[] {
  const { outcome } = prepared;
  if (!outcome.ok) return [];
  const edges = new Map<string, JoinEdge>();
  for (const root of rootsOf(outcome)) {
    for (const members of root.equivalences) {
      addPairs(
        members.flatMap((member) => occurrencesOf(member, root)),
        edges,
      );
    }
  }
  addCopies(outcome, edges);
  return [...edges.values()];
}

/** The `nameKey` of the table that a query changes. */
export function changedTable(prepared: PreparedQuery): string | undefined {
  const { outcome } = prepared;
  if (!outcome.ok || outcome.query.result === undefined) return undefined;
  const entry = outcome.query.rtable[outcome.query.result];
  return entry?.kind === 'relation' ? entry.table : undefined;
}

function rootsOf(outcome: ResolvedQuery): Set<Root> {
  const roots = new Set<Root>();
  for (const relation of outcome.restrictions.relations) {
    for (let root: Root | undefined = relation.root; root; root = root.parent) roots.add(root);
  }
  return roots;
}

function addPairs(occurrences: readonly Occurrence[], edges: Map<string, JoinEdge>): void {
  for (const [index, left] of occurrences.entries()) {
    for (const right of occurrences.slice(index + 1)) {
      if (left.id === right.id) continue;
      const sides = [left, right].map(({ table, column }) => ({ table, column }));
      sides.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
      const [first, second] = sides;
      if (first && second) edges.set(`${keyOf(first)} ${keyOf(second)}`, { left: first, right: second });
    }
  }
}

const keyOf = (use: ColumnUse): string => `${use.table}.${use.column}`;

function occurrencesOf(expression: Expression, root: Root): Occurrence[] {
  if (expression.kind !== 'variable' || expression.column <= 0) return [];
  let at: Root | undefined = root;
  for (let level = expression.level; level > 0 && at; level--) at = at.parent;
  return at ? occurrencesOfVariable(expression, at) : [];
}

function occurrencesOfVariable(variable: Variable, root: Root): Occurrence[] {
  const entry = root.query.rtable[variable.entry];
  if (entry?.kind === 'relation') {
    const column = entry.columns[variable.column - 1];
    return column === undefined ? [] : [{ table: entry.table, column, id: entry.id }];
  }
  const subroots = [variable.entry, ...(root.appends.get(variable.entry) ?? [])].flatMap(
    (index) => root.subroots.get(index) ?? [],
  );
  return subroots.flatMap((subroot) => occurrencesOfOutput(subroot, variable.column));
}

function occurrencesOfOutput(root: Root, column: number): Occurrence[] {
  const { setOperation } = root.query;
  if (setOperation) {
    return leavesOf(setOperation).flatMap((leaf) => {
      const subroot = root.subroots.get(leaf);
      return subroot ? occurrencesOfOutput(subroot, column) : [];
    });
  }
  const target = root.query.targets[column - 1]?.expression;
  return target?.kind === 'variable' && target.level === 0 ? occurrencesOfVariable(target, root) : [];
}

/** INSERT … SELECT stays within shards where the target's key is filled from the source's. */
function addCopies(outcome: ResolvedQuery, edges: Map<string, JoinEdge>): void {
  const { rewritten } = outcome.restrictions;
  const [target] = outcome.query.rtable;
  if (outcome.query.command !== 'insert' || target?.kind !== 'relation') return;
  const root = [...rootsOf(outcome)].find((candidate) => candidate.query === rewritten) ?? rootAbove(outcome);
  if (!root) return;
  for (const assignment of rewritten.targets) {
    const copied = occurrencesOf(assignment.expression, root);
    addPairs([{ table: target.table, column: assignment.name, id: target.id }, ...copied], edges);
  }
}

function rootAbove(outcome: ResolvedQuery): Root | undefined {
  return [...rootsOf(outcome)].find((root) => root.parent === undefined);
}

/** The columns of one table that a query compares with constants or parameters by equality (or fills, for INSERT). */
export interface KeyFilter {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Per table occurrence, the columns that would route the query if one of them were the distribution column. */
export function keyFilters(prepared: PreparedQuery): KeyFilter[] {
  const { outcome } = prepared;
  if (!outcome.ok) return [];
  const filters = outcome.restrictions.relations.flatMap((relation): KeyFilter[] => {
    const entry = relation.root.query.rtable[relation.entry];
    if (entry?.kind !== 'relation') return [];
    const numbers = new Set(relation.clauses.flatMap(equalColumns));
    const columns = [...numbers].flatMap((number) => entry.columns[number - 1] ?? []);
    return [{ table: relation.table, columns }];
  });
  return [...filters, ...insertedColumns(outcome.query)];
}

function equalColumns(clause: Expression): number[] {
  if (clause.kind !== 'operator' && clause.kind !== 'any-array') return [];
  const name = clause.kind === 'operator' ? clause.name : clause.operator;
  const [left, right] = clause.args;
  if (name !== '=' || !left || !right) return [];
  if (left.kind === 'variable' && isConstantExpression(right)) return [left.column];
  return clause.kind === 'operator' && right.kind === 'variable' && isConstantExpression(left)
    ? [right.column]
    : [];
}

function insertedColumns(query: Query): KeyFilter[] {
  const [target] = query.rtable;
  const isValues = query.command === 'insert' && query.rtable.every((entry) => entry.kind !== 'subquery');
  if (!isValues || target?.kind !== 'relation') return [];
  return [{ table: target.table, columns: query.targets.map((given) => given.name) }];
}
