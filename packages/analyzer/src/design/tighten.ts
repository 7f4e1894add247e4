import type { GainGroup, Program } from './program.ts';

/** What shifting costs has shown about a program. */
export interface Tightened {
  /** No choice costs less. */
  readonly lowerBound: number;
  /** The choice that the shifted costs suggest; often the optimum. */
  readonly choice: readonly number[];
  /** Options that can be part of a choice as good as a known one. */
  readonly openBelow: (upperBound: number) => readonly (readonly number[])[];
}

/** A relation between two tables as a small cost matrix over their open options. */
interface Link {
  readonly left: number;
  readonly right: number;
  /** Row by left option, column by right option. */
  readonly costs: Float64Array;
}

const mostSweeps = 400;

/**
 * Shifts costs between tables and their relations without changing any choice's value (min-sum message passing, as
 * for graphical models) until the sum of the cheapest parts is a strong lower bound. An option whose part alone
 * lifts that bound above the value of a known choice is in no optimum. What remains is usually a small core, so the
 * solver proves schemas of thousands of tables in the time of hundreds.
 */
export function tighten(program: Program, allowed: readonly (readonly number[])[]): Tightened {
  const unary = allowed.map((positions, table) =>
    Float64Array.from(positions, (option) => program.costs[table]?.[option] ?? 0),
  );
  const positionOf = allowed.map((positions) => new Map(positions.map((option, at) => [option, at])));
  const links: Link[] = [];
  for (const group of program.groups) {
    const link = pairwise(group, unary, positionOf);
    if (link !== undefined) links.push(link);
    else shareOut(group, unary, positionOf);
  }
  let bound = lowerBound(program.constant, unary, links);
  for (let sweep = 1; sweep <= mostSweeps; sweep++) {
    if (sweep % 2 === 0) for (const link of links) balance(link, unary);
    else for (let index = links.length - 1; index >= 0; index--) balanceAt(links, index, unary);
    if (sweep % 10 !== 0) continue;
    const next = lowerBound(program.constant, unary, links);
    const isSettled = next - bound <= 1e-7 * Math.max(1, Math.abs(next));
    bound = Math.max(bound, next);
    if (isSettled) break;
  }
  return {
    lowerBound: bound,
    choice: decode(allowed, unary, links),
    openBelow: (upperBound) => {
      // Far below anything that matters, far above what rounding can do to the sums.
      const limit = upperBound + 1e-8 * Math.max(1, Math.abs(upperBound));
      return allowed.map((positions, table) => {
        const costs = unary[table] ?? new Float64Array();
        const cheapest = minimum(costs);
        const open = positions.filter((_, at) => bound - cheapest + (costs[at] ?? 0) <= limit);
        return open.length > 0 ? open : positions;
      });
    },
  };
}

/** Table by table, those with the clearest preference first, the option that fits what is decided already. */
function decode(
  allowed: readonly (readonly number[])[],
  unary: readonly Float64Array[],
  links: readonly Link[],
): number[] {
  const linksOf: Link[][] = allowed.map(() => []);
  for (const link of links) {
    linksOf[link.left]?.push(link);
    linksOf[link.right]?.push(link);
  }
  const clarity = unary.map((costs) => {
    const sorted = [...costs].sort((a, b) => a - b);
    return sorted.length < 2 ? Number.POSITIVE_INFINITY : (sorted[1] ?? 0) - (sorted[0] ?? 0);
  });
  const order = [...allowed.keys()].sort((a, b) => (clarity[b] ?? 0) - (clarity[a] ?? 0));
  const decided: (number | undefined)[] = allowed.map(() => undefined);
  for (const table of order) {
    const costs = Float64Array.from(unary[table] ?? []);
    for (const link of linksOf[table] ?? []) {
      const width = unary[link.right]?.length ?? 0;
      const other = decided[link.left === table ? link.right : link.left];
      if (other === undefined) continue;
      for (let at = 0; at < costs.length; at++)
        costs[at] =
          (costs[at] ?? 0) + (link.costs[link.left === table ? at * width + other : other * width + at] ?? 0);
    }
    decided[table] = costs.indexOf(minimum(costs));
  }
  return allowed.map((positions, table) => positions[decided[table] ?? 0] ?? positions[0] ?? 0);
}

function pairwise(
  group: GainGroup,
  unary: readonly Float64Array[],
  positionOf: readonly ReadonlyMap<number, number>[],
): Link | undefined {
  const [first] = group.terms;
  const [left, right] = first?.members ?? [];
  if (left === undefined || right === undefined || left.table === right.table) return undefined;
  const fits = group.terms.every(
    ({ members }) =>
      members.length === 2 && members[0]?.table === left.table && members[1]?.table === right.table,
  );
  if (!fits) return undefined;
  const width = unary[right.table]?.length ?? 0;
  const costs = new Float64Array((unary[left.table]?.length ?? 0) * width);
  for (const { gain, members } of group.terms) {
    for (const option of members[0]?.options ?? []) {
      const row = positionOf[left.table]?.get(option);
      if (row === undefined) continue;
      for (const other of members[1]?.options ?? []) {
        const column = positionOf[right.table]?.get(other);
        if (column === undefined) continue;
        const at = row * width + column;
        costs[at] = group.exclusive ? Math.min(costs[at] ?? 0, -gain) : (costs[at] ?? 0) - gain;
      }
    }
  }
  return { left: left.table, right: right.table, costs };
}

/** A gain that needs many tables: each carries a part of it, which bounds it from below. */
function shareOut(
  group: GainGroup,
  unary: readonly Float64Array[],
  positionOf: readonly ReadonlyMap<number, number>[],
): void {
  const best = new Map<number, Map<number, number>>();
  for (const { gain, members } of group.terms) {
    for (const { table, options } of members) {
      const gains = best.get(table) ?? new Map<number, number>();
      best.set(table, gains);
      for (const option of options) {
        const part = gain / members.length;
        const known = gains.get(option) ?? 0;
        gains.set(option, group.exclusive ? Math.max(known, part) : known + part);
      }
    }
  }
  // Terms of an exclusive group may differ in their tables, so the largest part of each must be enough for all.
  for (const [table, gains] of best) {
    const costs = unary[table];
    if (costs === undefined) continue;
    for (const [option, gain] of gains) {
      const at = positionOf[table]?.get(option);
      if (at !== undefined) costs[at] = (costs[at] ?? 0) - gain;
    }
  }
}

function balanceAt(links: readonly Link[], index: number, unary: readonly Float64Array[]): void {
  const link = links[index];
  if (link !== undefined) balance(link, unary);
}

/** Gathers both tables' costs in the relation and hands each half of what its best completion costs back. */
function balance(link: Link, unary: readonly Float64Array[]): void {
  const left = unary[link.left];
  const right = unary[link.right];
  if (left === undefined || right === undefined) return;
  const { costs } = link;
  const width = right.length;
  for (let row = 0; row < left.length; row++) {
    const own = left[row] ?? 0;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      costs[at] = (costs[at] ?? 0) + own + (right[column] ?? 0);
    }
  }
  for (let row = 0; row < left.length; row++) {
    let best = Number.POSITIVE_INFINITY;
    for (let column = 0; column < width; column++) best = Math.min(best, costs[row * width + column] ?? 0);
    left[row] = best / 2;
  }
  for (let column = 0; column < width; column++) {
    let best = Number.POSITIVE_INFINITY;
    for (let row = 0; row < left.length; row++)
      best = Math.min(best, (costs[row * width + column] ?? 0) - (left[row] ?? 0));
    right[column] = best;
  }
  for (let row = 0; row < left.length; row++) {
    let best = Number.POSITIVE_INFINITY;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      costs[at] = (costs[at] ?? 0) - (left[row] ?? 0) - (right[column] ?? 0);
      best = Math.min(best, costs[at] ?? 0);
    }
    left[row] = (left[row] ?? 0) + best;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      costs[at] = (costs[at] ?? 0) - best;
    }
  }
}

function lowerBound(constant: number, unary: readonly Float64Array[], links: readonly Link[]): number {
  let total = constant;
  for (const costs of unary) total += minimum(costs);
  for (const link of links) total += minimum(link.costs);
  return total;
}

function minimum(costs: Float64Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (const cost of costs) if (cost < best) best = cost;
  return best === Number.POSITIVE_INFINITY ? 0 : best;
}
