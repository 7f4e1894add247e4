import type { Option } from './candidate-key.ts';
import type { RelationGains } from './relation-gains.ts';

/**
 * The choice of one option per table as a minimisation: own costs plus a constant for everything that goes over the
 * network when nothing helps, minus the gains of choices that fit together.
 */
export interface Program {
  readonly constant: number;
  /** By table, by option. */
  readonly costs: readonly (readonly number[])[];
  readonly groups: readonly GainGroup[];
}

/** Gains about one thing (a relation, a query). Of an exclusive group only the best term counts. */
export interface GainGroup {
  readonly terms: readonly GainTerm[];
  readonly exclusive: boolean;
}

/** A gain that is had when each table of a set takes one of the listed options. */
export interface GainTerm {
  readonly gain: number;
  readonly members: readonly { readonly table: number; readonly options: readonly number[] }[];
}

/** One option per table, by position. */
export type Choice = readonly number[];

/** Puts own costs, relations and queries together. */
export function buildProgram(
  options: readonly (readonly Option[])[],
  ownCosts: readonly (readonly number[])[],
  relations: readonly RelationGains[],
  queries: { readonly constant: number; readonly groups: readonly GainGroup[] },
): Program {
  const costs = ownCosts.map((list) => [...list]);
  let constant = queries.constant;
  const groups: GainGroup[] = [...queries.groups];
  for (const relation of relations) {
    const { from, to } = relation.edge;
    constant += relation.cost;
    for (const [position, option] of (options[to] ?? []).entries()) {
      const list = costs[to];
      if (option.kind === 'reference' && list !== undefined)
        list[position] = (list[position] ?? 0) - relation.referenceGain;
    }
    const terms = relation.pairs.map((pair) => ({
      gain: pair.gain,
      members: [
        { table: from, options: pair.from },
        { table: to, options: pair.to },
      ],
    }));
    if (terms.length > 0) groups.push({ terms, exclusive: false });
  }
  return { constant, costs, groups };
}

/** The program's value for a choice. */
export function evaluate(program: Program, choice: Choice): number {
  let total = program.constant;
  for (const [table, costs] of program.costs.entries()) total += costs[choice[table] ?? 0] ?? 0;
  for (const group of program.groups) total -= groupGain(group, choice);
  return total;
}

function groupGain(group: GainGroup, choice: Choice): number {
  let sum = 0;
  let best = 0;
  for (const term of group.terms) {
    if (!term.members.every(({ table, options }) => options.includes(choice[table] ?? 0))) continue;
    sum += term.gain;
    best = Math.max(best, term.gain);
  }
  return group.exclusive ? best : sum;
}

/**
 * Improves a choice one table at a time until nothing helps: a good start for the solver and, for alternatives
 * that nobody needs proven, the answer.
 */
export function improve(program: Program, start: Choice, allowed: readonly (readonly number[])[]): number[] {
  const choice = [...start];
  const groupsOf: GainGroup[][] = program.costs.map(() => []);
  for (const group of program.groups) {
    const tables = new Set(group.terms.flatMap((term) => term.members.map((member) => member.table)));
    for (const table of tables) groupsOf[table]?.push(group);
  }
  const value = (table: number, option: number): number => {
    const previous = choice[table] ?? 0;
    choice[table] = option;
    let total = program.costs[table]?.[option] ?? 0;
    for (const group of groupsOf[table] ?? []) total -= groupGain(group, choice);
    choice[table] = previous;
    return total;
  };
  for (let round = 0; round < 30; round++) {
    let changed = false;
    for (const [table, positions] of allowed.entries()) {
      let best = choice[table] ?? 0;
      let bestValue = value(table, best);
      for (const option of positions) {
        if (option === best) continue;
        const candidate = value(table, option);
        if (candidate < bestValue - 1e-9) {
          best = option;
          bestValue = candidate;
        }
      }
      if (best !== choice[table]) {
        choice[table] = best;
        changed = true;
      }
    }
    if (!changed) break;
  }
  return choice;
}
