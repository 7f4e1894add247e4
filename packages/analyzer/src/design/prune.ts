import type { Program } from './program.ts';

/**
 * Options that no optimum can contain: even with every gain they could take part in they cost more than another
 * option costs without any. Takes out most of the program before the solver sees it; the optimum stays the same.
 */
export function prune(program: Program, allowed: readonly (readonly number[])[]): number[][] {
  const mostGain = program.costs.map((costs) => costs.map(() => 0));
  for (const group of program.groups) {
    const perTable = new Map<number, Map<number, number>>();
    for (const term of group.terms) {
      for (const { table, options } of term.members) {
        const best = perTable.get(table) ?? new Map<number, number>();
        perTable.set(table, best);
        for (const option of options) best.set(option, Math.max(best.get(option) ?? 0, term.gain));
      }
    }
    for (const [table, best] of perTable) {
      const gains = mostGain[table];
      if (gains === undefined) continue;
      for (const [option, gain] of best) gains[option] = (gains[option] ?? 0) + gain;
    }
  }
  return allowed.map((positions, table) => {
    const costs = program.costs[table] ?? [];
    const safest = Math.min(...positions.map((option) => costs[option] ?? 0));
    const kept = positions.filter(
      (option) => (costs[option] ?? 0) - (mostGain[table]?.[option] ?? 0) <= safest + 1e-12,
    );
    return kept.length > 0 ? kept : [...positions];
  });
}

/** Tables that terms tie together, directly or over others: parts that can be solved one by one. */
export function components(program: Program, allowed: readonly (readonly number[])[]): number[][] {
  const parent = program.costs.map((_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (parent[root] !== undefined && parent[root] !== root) root = parent[root] ?? root;
    let at = index;
    while (at !== root) {
      const up = parent[at] ?? root;
      parent[at] = root;
      at = up;
    }
    return root;
  };
  for (const group of program.groups) {
    const tables = group.exclusive
      ? group.terms.flatMap((term) => term.members.map((member) => member.table))
      : [];
    for (const table of tables) parent[find(table)] = find(tables[0] ?? table);
    if (group.exclusive) continue;
    for (const term of group.terms) {
      const open = term.members.every(({ table, options }) =>
        options.some((option) => allowed[table]?.includes(option) === true),
      );
      const [first] = term.members;
      if (!open || first === undefined) continue;
      for (const { table } of term.members) parent[find(table)] = find(first.table);
    }
  }
  const parts = new Map<number, number[]>();
  for (const index of parent.keys()) {
    const root = find(index);
    const part = parts.get(root);
    if (part === undefined) parts.set(root, [index]);
    else part.push(index);
  }
  return [...parts.values()];
}
