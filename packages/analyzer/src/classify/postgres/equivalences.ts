import type { Expression } from '../query-tree.ts';
import { expressionKey, isConstantExpression } from './fold.ts';

/** Expressions that are equal to each other, and those among them that are fixed while a query level runs. */
export interface EquivalenceClass {
  readonly members: readonly Expression[];
  readonly constants: readonly Expression[];
}

/** Constant, or a column of a query further out. */
function isFixed(expression: Expression): boolean {
  return isConstantExpression(expression) || (expression.kind === 'variable' && expression.level > 0);
}

/** Sets of equal expressions, joined as equalities come in. */
export class Equivalences {
  readonly #parent = new Map<string, string>();
  readonly #expressions = new Map<string, Expression>();

  /** Notes that two expressions are equal. */
  add(left: Expression, right: Expression): void {
    const [first, second] = [this.#rootOf(left), this.#rootOf(right)];
    // Two columns that equal the same constant are equal: constants join classes like any other member.
    if (first !== second) this.#parent.set(first, second);
  }

  /** A constant that an expression is known to equal. */
  constantOf(expression: Expression): Expression | undefined {
    if (!this.#parent.has(expressionKey(expression))) return undefined;
    const root = this.#rootOf(expression);
    for (const [key, member] of this.#expressions) {
      if (this.#find(key) === root && isFixed(member)) return member;
    }
    return undefined;
  }

  /** All sets of equal expressions. */
  classes(): EquivalenceClass[] {
    const groups = new Map<string, { members: Expression[]; constants: Expression[] }>();
    for (const [key, expression] of this.#expressions) {
      const root = this.#find(key);
      const group = groups.get(root) ?? { members: [], constants: [] };
      groups.set(root, group);
      group.members.push(expression);
      if (isFixed(expression)) group.constants.push(expression);
    }
    return [...groups.values()];
  }

  #rootOf(expression: Expression): string {
    const key = expressionKey(expression);
    if (!this.#parent.has(key)) {
      this.#parent.set(key, key);
      this.#expressions.set(key, expression);
    }
    return this.#find(key);
  }

  #find(key: string): string {
    let at = key;
    for (let next = this.#parent.get(at); next !== undefined && next !== at; next = this.#parent.get(at))
      at = next;
    return at;
  }
}
