import { expressionKey } from '../postgres/fold.ts';
import type { Expression, Query, Variable } from '../query-tree.ts';
import { entriesUsed } from '../references.ts';
import { distributionColumnNumber } from './distribution-columns.ts';
import { type Planner, placementOf } from './planning.ts';

/** How one table is joined to those before it; the order of preference is Citus'. */
type JoinRule =
  | 'first'
  | 'reference'
  | 'local'
  | 'single-hash'
  | 'single-range'
  | 'dual'
  | 'reference-product'
  | 'product';

const rules: readonly JoinRule[] = [
  'first',
  'reference',
  'local',
  'single-hash',
  'single-range',
  'dual',
  'reference-product',
  'product',
];

/** A step of a join order. */
export interface JoinStep {
  readonly entry: number;
  readonly rule: JoinRule;
  readonly keys: readonly Variable[];
  readonly method: string;
  readonly anchor: number | undefined;
}

/** The join order that Citus' logical planner takes, or undefined when it finds none. */
export function bestJoinOrder(
  planner: Planner,
  query: Query,
  entries: readonly number[],
  clauses: readonly Expression[],
): JoinStep[] | undefined {
  const joinClauses = clauses.filter((clause) => entriesUsed(clause).size > 1);
  const graph = new JoinGraph(planner, query, joinClauses);
  let orders = entries.flatMap((first) => {
    const order = graph.orderFrom(first, entries);
    return order ? [order] : [];
  });
  for (const rule of [...rules].reverse().slice(0, -1)) {
    const fewest = Math.min(...orders.map((order) => count(order, rule)));
    orders = orders.filter((order) => count(order, rule) === fewest);
  }
  const latest = Math.max(...orders.map(firstTransfer));
  return orders.find((order) => firstTransfer(order) === latest);
}

const count = (order: readonly JoinStep[], rule: JoinRule): number =>
  order.filter((step) => step.rule === rule).length;

const transfers: readonly JoinRule[] = ['single-hash', 'single-range', 'dual', 'product'];

function firstTransfer(order: readonly JoinStep[]): number {
  const index = order.findIndex((step) => transfers.includes(step.rule));
  return index < 0 ? order.length : index;
}

class JoinGraph {
  readonly #planner: Planner;
  readonly #query: Query;
  readonly #clauses: readonly { readonly clause: Expression; readonly used: ReadonlySet<number> }[];

  constructor(planner: Planner, query: Query, clauses: readonly Expression[]) {
    this.#planner = planner;
    this.#query = query;
    this.#clauses = clauses.map((clause) => ({ clause, used: entriesUsed(clause) }));
  }

  orderFrom(first: number, entries: readonly number[]): JoinStep[] | undefined {
    const key = this.#key(first);
    let current: JoinStep = {
      entry: first,
      rule: 'first',
      keys: key ? [key] : [],
      method: this.#method(first),
      anchor: first,
    };
    const order = [current];
    while (order.length < entries.length) {
      let next: JoinStep | undefined;
      for (const candidate of entries) {
        if (order.some((step) => step.entry === candidate)) continue;
        const step = this.#step(order, current, candidate);
        if (step && (!next || rules.indexOf(step.rule) < rules.indexOf(next.rule))) next = step;
      }
      if (!next) return undefined;
      order.push(next);
      current = next;
    }
    return order;
  }

  #step(order: readonly JoinStep[], current: JoinStep, candidate: number): JoinStep | undefined {
    const joined = new Set(order.map((step) => step.entry));
    const clauses = this.#clauses.flatMap(({ clause, used }) => {
      const isApplicable =
        used.has(candidate) && [...used].every((entry) => entry === candidate || joined.has(entry));
      return isApplicable ? [clause] : [];
    });
    const keep = { entry: candidate, keys: current.keys, method: current.method, anchor: current.anchor };
    const isReference = this.#placement(candidate)?.kind === 'reference';
    if (clauses.length > 0 && isReference) return { ...keep, rule: 'reference' };
    return (
      this.#localJoin(current, candidate, clauses) ??
      this.#singleJoin(current, candidate, clauses) ??
      this.#dualJoin(candidate, clauses) ??
      (isReference ? { ...keep, rule: 'reference-product' } : undefined) ??
      (clauses.length === 0 ? { ...keep, rule: 'product', anchor: undefined } : undefined)
    );
  }

  #localJoin(current: JoinStep, candidate: number, clauses: readonly Expression[]): JoinStep | undefined {
    const key = this.#key(candidate);
    if (current.anchor === undefined || !key || current.method !== this.#method(candidate)) return undefined;
    const isOnKeys = current.keys.some((mine) => clauses.some((clause) => equates(clause, mine, key)));
    if (!isOnKeys || !this.#colocated(current.anchor, candidate)) return undefined;
    return { ...current, entry: candidate, rule: 'local', keys: [...current.keys, key] };
  }

  #singleJoin(current: JoinStep, candidate: number, clauses: readonly Expression[]): JoinStep | undefined {
    if (current.rule === 'dual' || current.rule === 'product') return undefined;
    const isEnabled = this.#planner.layout.settings.singleHashRepartitionJoins;
    if (current.keys.some((key) => clauses.some((clause) => involves(clause, key)))) {
      if (current.method === 'hash') {
        return isEnabled ? { ...current, entry: candidate, rule: 'single-hash' } : undefined;
      }
      if (this.#method(candidate) === 'range') return { ...current, entry: candidate, rule: 'single-range' };
    }
    const key = this.#key(candidate);
    if (!key || !clauses.some((clause) => involves(clause, key))) return undefined;
    const own = { entry: candidate, keys: [key], method: this.#method(candidate), anchor: candidate };
    if (own.method === 'hash') return isEnabled ? { ...own, rule: 'single-hash' } : undefined;
    return current.method === 'range' ? { ...own, rule: 'single-range' } : undefined;
  }

  #dualJoin(candidate: number, clauses: readonly Expression[]): JoinStep | undefined {
    const hasClause = clauses.some((clause) => {
      const sides = equalSides(clause);
      return sides !== undefined && sameType(sides);
    });
    if (!hasClause) return undefined;
    return { entry: candidate, rule: 'dual', keys: [], method: 'hash', anchor: undefined };
  }

  #placement(entry: number): ReturnType<typeof placementOf> | undefined {
    const relation = this.#query.rtable[entry];
    return relation?.kind === 'relation' ? placementOf(this.#planner, relation.table) : undefined;
  }

  #method(entry: number): string {
    const kind = this.#placement(entry)?.kind;
    return kind === 'hash' || kind === 'range' || kind === 'append' ? kind : 'none';
  }

  #key(entry: number): Variable | undefined {
    const relation = this.#query.rtable[entry];
    const column =
      relation?.kind === 'relation' ? distributionColumnNumber(this.#planner, relation) : undefined;
    if (column === undefined) return undefined;
    return { kind: 'variable', entry, column, level: 0, args: [] };
  }

  #colocated(left: number, right: number): boolean {
    const [first, second] = [this.#placement(left), this.#placement(right)];
    if (!first || !second || first.kind === 'append' || second.kind === 'append') return false;
    if ('colocation' in first && 'colocation' in second && first.colocation === second.colocation)
      return true;
    const [one, other] = [this.#query.rtable[left], this.#query.rtable[right]];
    return one?.kind === 'relation' && other?.kind === 'relation' && one.table === other.table;
  }
}

function equalSides(clause: Expression): [Variable, Variable] | undefined {
  if (clause.kind !== 'operator' || clause.name !== '=') return undefined;
  const [left, right] = clause.args;
  return left?.kind === 'variable' && right?.kind === 'variable' ? [left, right] : undefined;
}

function equates(clause: Expression, first: Variable, second: Variable): boolean {
  const sides = equalSides(clause);
  if (!sides) return false;
  const keys = sides.map(expressionKey);
  return keys.includes(expressionKey(first)) && keys.includes(expressionKey(second));
}

function involves(clause: Expression, key: Variable): boolean {
  const sides = equalSides(clause);
  return (
    sides !== undefined && sameType(sides) && sides.some((side) => expressionKey(side) === expressionKey(key))
  );
}

function sameType([left, right]: readonly [Variable, Variable]): boolean {
  return left.type === undefined || right.type === undefined || left.type === right.type;
}
