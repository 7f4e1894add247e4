import type { Expression, FromNode, JoinNode, Query } from '../query-tree.ts';
import { entriesUsed } from '../references.ts';
import { conjuncts, entriesOf } from '../walk.ts';
import { Equivalences } from './equivalences.ts';
import { expressionKey, isConstantExpression, isFalse } from './fold.ts';
import { isVolatile } from './volatility.ts';

/** Where the conditions of one query level apply. */
export interface DistributedQuals {
  /** Conditions on a single FROM item. */
  readonly base: Map<number, Expression[]>;
  /** FROM items under a condition that is never true. */
  readonly impossible: Set<number>;
  readonly equivalences: Expression[][];
  readonly hasPseudoConstants: boolean;
  /** Per condition without columns, the FROM items of the query part it stands on. */
  readonly constantScopes: readonly ReadonlySet<number>[];
}

interface OuterClause {
  readonly outer: Expression;
  readonly inner: Expression;
  readonly isFull: boolean;
}

/** Sorts a query level's conditions to the FROM items they restrict, and finds which columns are equal. */
export function distributeQuals(query: Query): DistributedQuals {
  const distribution = new Distribution();
  const scope = new Set(entriesOf(query.from));
  for (const node of query.from) distribution.addNode(node);
  distribution.addConditions(query.where, scope);
  return distribution.finish();
}

class Distribution {
  readonly #base = new Map<number, Expression[]>();
  readonly #impossible = new Set<number>();
  readonly #equivalences = new Equivalences();
  readonly #outerClauses: OuterClause[] = [];
  readonly #constantScopes: ReadonlySet<number>[] = [];

  addNode(node: FromNode): void {
    if (node.kind === 'entry') return;
    if (node.kind === 'from') {
      for (const item of node.items) this.addNode(item);
      this.addConditions(node.where, new Set(entriesOf([node])));
      return;
    }
    this.addNode(node.left);
    this.addNode(node.right);
    if (node.type === 'inner' || node.type === 'semi')
      this.addConditions(node.on, new Set(entriesOf([node])));
    else this.#addOuterConditions(node);
  }

  addConditions(where: Expression | undefined, scope: ReadonlySet<number>): void {
    for (const part of conjuncts(where)) this.#addCondition(part, scope);
  }

  #addCondition(part: Expression, scope: ReadonlySet<number>): void {
    const used = entriesUsed(part);
    if (used.size === 0 && !isVolatile(part)) {
      this.#constantScopes.push(scope);
      if (isFalse(part)) for (const entry of scope) this.#impossible.add(entry);
      return;
    }
    if (part.kind === 'operator' && part.name === '=' && !isVolatile(part)) {
      const [left, right] = part.args;
      if (left && right) {
        this.#equivalences.add(left, right);
        const isFromEquivalence = isConstantExpression(left) || isConstantExpression(right);
        if (isFromEquivalence) return;
      }
    }
    const [only, ...others] = used;
    if (only !== undefined && others.length === 0) this.#addBase(only, part);
  }

  #addBase(entry: number, part: Expression): void {
    const list = this.#base.get(entry);
    if (list) list.push(part);
    else this.#base.set(entry, [part]);
  }

  #addOuterConditions(join: JoinNode): void {
    const left = new Set(entriesOf([join.left]));
    const right = new Set(entriesOf([join.right]));
    for (const part of conjuncts(join.on)) {
      const used = [...entriesUsed(part)];
      // A constant condition of an outer join is judged at the join: it restricts no table.
      if (used.length === 0) continue;
      if (join.type !== 'full' && used.every((entry) => right.has(entry))) {
        this.#addCondition(part, right);
      } else if (part.kind === 'operator' && part.name === '=') {
        const [first, second] = part.args;
        if (!first || !second) continue;
        const firstIsOuter = [...entriesUsed(first)].every((entry) => left.has(entry));
        const [outer, inner] = firstIsOuter ? [first, second] : [second, first];
        this.#outerClauses.push({ outer, inner, isFull: join.type === 'full' });
      }
    }
  }

  finish(): DistributedQuals {
    this.#carryConstantsOverOuterJoins();
    for (const { members, constants } of this.#equivalences.classes()) {
      const constant = constants.find(isConstantExpression) ?? constants[0];
      if (!constant) continue;
      const values = new Set(constants.filter((item) => item.kind === 'constant').map(expressionKey));
      for (const member of members) {
        const used = [...entriesUsed(member)];
        if (used.length === 0) continue;
        if (values.size > 1) for (const entry of used) this.#impossible.add(entry);
        const [only, ...others] = used;
        if (only === undefined || others.length > 0) continue;
        this.#addBase(only, {
          kind: 'operator',
          name: '=',
          args: [member, constant],
          type: 'bool',
          volatility: 'immutable',
        });
      }
    }
    const classes = this.#equivalences.classes().map((group) => [...group.members]);
    const outer = this.#outerClauses.map((clause) => [clause.outer, clause.inner]);
    return {
      base: this.#base,
      impossible: this.#impossible,
      equivalences: [...classes, ...outer],
      hasPseudoConstants: this.#constantScopes.length > 0,
      constantScopes: this.#constantScopes,
    };
  }

  /** `a LEFT JOIN b ON a.x = b.x WHERE a.x = 5` may read b under `b.x = 5`. */
  #carryConstantsOverOuterJoins(): void {
    let changed = true;
    while (changed) {
      changed = false;
      for (const clause of this.#outerClauses) {
        if (clause.isFull) {
          const merged: Expression = { kind: 'coalesce', args: [clause.outer, clause.inner] };
          const constant = this.#equivalences.constantOf(merged);
          if (!constant) continue;
          for (const side of [clause.outer, clause.inner]) {
            if (this.#equivalences.constantOf(side)) continue;
            this.#equivalences.add(side, constant);
            changed = true;
          }
          continue;
        }
        const constant = this.#equivalences.constantOf(clause.outer);
        if (!constant || this.#equivalences.constantOf(clause.inner)) continue;
        this.#equivalences.add(clause.inner, constant);
        changed = true;
      }
    }
  }
}
