import type { Highs, ModelData } from 'highs';
import { type Choice, evaluate, type Program } from './program.ts';
import { components, prune } from './prune.ts';
import { loadSolver } from './solver.ts';
import { tighten } from './tighten.ts';

/** The best choice found and what is proven about it. */
export interface Solution {
  readonly choice: Choice;
  readonly objective: number;
  readonly status: 'optimal' | 'feasible';
  readonly gap: number;
  /** Of the integer program as posed, before options that no optimum contains were closed. */
  readonly variables: number;
  readonly constraints: number;
  readonly seconds: number;
}

/** What a solve may take. */
export interface SolveOptions {
  /** By table: the options that may be chosen. */
  readonly allowed: readonly (readonly number[])[];
  readonly timeLimitSeconds: number;
}

/** Minimises a program with HiGHS, one independent part at a time. */
export async function solve(program: Program, options: SolveOptions): Promise<Solution> {
  const highs = await loadSolver();
  const started = performance.now();
  const pruned = prune(program, options.allowed);
  const tightened = tighten(program, pruned);
  const { choice: start, allowed } = tightened;
  const choice = [...start];
  const { variables, constraints } = programSize(program, options.allowed);
  let isOptimal = true;
  let slack = 0;
  const parts = components(program, allowed);
  const partOf = new Map(parts.flatMap((part, index) => part.map((table) => [table, index] as const)));
  const groups: Program['groups'][number][][] = parts.map(() => []);
  for (const group of program.groups) {
    const [member] = group.terms[0]?.members ?? [];
    const indexes = new Set(
      group.terms.flatMap((term) => term.members.map(({ table }) => partOf.get(table) ?? 0)),
    );
    if (member === undefined) continue;
    for (const index of indexes) groups[index]?.push(group);
  }
  for (const [index, part] of parts.entries()) {
    if (part.every((table) => (allowed[table]?.length ?? 0) <= 1)) continue;
    const model = buildModel(program, part, groups[index] ?? [], allowed, choice);
    const elapsed = (performance.now() - started) / 1000;
    const result = run(highs, model, Math.max(0.1, options.timeLimitSeconds - elapsed));
    if (!result.isOptimal) {
      isOptimal = false;
      slack += result.slack;
    }
    for (const [table, option] of result.choice) choice[table] = option;
  }
  const objective = evaluate(program, choice);
  const startObjective = evaluate(program, start);
  const best = objective <= startObjective ? choice : start;
  const value = Math.min(objective, startObjective);
  return {
    choice: best,
    objective: value,
    status: isOptimal ? 'optimal' : 'feasible',
    gap: isOptimal ? 0 : slack / Math.max(1e-9, Math.abs(value)),
    variables,
    constraints,
    seconds: (performance.now() - started) / 1000,
  };
}

/** A choice that is nearly always the optimum, without the solver's proof. */
export function nearOptimum(program: Program, allowed: readonly (readonly number[])[]): Choice {
  return tighten(program, prune(program, allowed), 2).choice;
}

/** Binary and continuous variables and rows of the program over all open options. */
function programSize(
  program: Program,
  allowed: readonly (readonly number[])[],
): { readonly variables: number; readonly constraints: number } {
  let variables = allowed.reduce((total, positions) => total + positions.length, 0);
  let constraints = allowed.length;
  for (const group of program.groups) {
    variables += group.terms.length;
    const rows = new Set<string>();
    for (const term of group.terms)
      for (const { table, options } of term.members) rows.add(`${table}:${options.join()}`);
    constraints += rows.size + (group.exclusive && group.terms.length > 1 ? 1 : 0);
  }
  return { variables, constraints };
}

interface Model {
  readonly data: ModelData;
  readonly columns: readonly { readonly table: number; readonly option: number }[];
  readonly start: Float64Array;
  readonly scale: number;
}

/** Rows in sparse form while they are collected. */
class Rows {
  readonly starts: number[] = [0];
  readonly indices: number[] = [];
  readonly values: number[] = [];
  readonly lower: number[] = [];
  readonly upper: number[] = [];

  add(entries: readonly (readonly [number, number])[], lower: number, upper: number): void {
    for (const [index, value] of entries) {
      this.indices.push(index);
      this.values.push(value);
    }
    this.starts.push(this.indices.length);
    this.lower.push(lower);
    this.upper.push(upper);
  }
}

/**
 * One binary variable per open option, one continuous variable per term. A term's variable stays below the sum of
 * the options that allow it; terms of a group that need the same options share one such row, which is what makes
 * the relaxation tight enough to be integral most of the time.
 */
function buildModel(
  program: Program,
  part: readonly number[],
  groups: readonly Program['groups'][number][],
  allowed: readonly (readonly number[])[],
  start: Choice,
): Model {
  const columns: { table: number; option: number }[] = [];
  const costs: number[] = [];
  const values: number[] = [];
  const variableOf = new Map<number, Map<number, number>>();
  const rows = new Rows();
  for (const table of part) {
    const variables = new Map<number, number>();
    for (const option of allowed[table] ?? []) {
      variables.set(option, columns.length);
      columns.push({ table, option });
      costs.push(program.costs[table]?.[option] ?? 0);
      values.push(start[table] === option ? 1 : 0);
    }
    variableOf.set(table, variables);
    rows.add(
      [...variables.values()].map((variable) => [variable, 1] as const),
      1,
      1,
    );
  }
  let count = columns.length;
  for (const group of groups) {
    const shared = new Map<string, { terms: number[]; choices: number[] }>();
    const members: number[] = [];
    let open = true;
    for (const term of group.terms) {
      const needs: { key: string; choices: number[] }[] = [];
      for (const { table, options } of term.members) {
        const choices = options.flatMap((option) => variableOf.get(table)?.get(option) ?? []);
        if (choices.length === 0) needs.length = 0;
        if (choices.length === 0) break;
        needs.push({ key: `${table}:${choices.join()}`, choices });
      }
      if (needs.length < term.members.length || term.gain <= 0) continue;
      const variable = count++;
      members.push(variable);
      costs.push(-term.gain);
      const holds = term.members.every(({ table, options }) => options.includes(start[table] ?? -1));
      values.push(holds && open ? 1 : 0);
      if (holds && group.exclusive) open = false;
      for (const need of needs) {
        const row = shared.get(need.key) ?? { terms: [], choices: need.choices };
        row.terms.push(variable);
        shared.set(need.key, row);
      }
    }
    for (const { terms, choices } of shared.values())
      rows.add(
        [
          ...terms.map((variable) => [variable, 1] as const),
          ...choices.map((variable) => [variable, -1] as const),
        ],
        Number.NEGATIVE_INFINITY,
        0,
      );
    if (group.exclusive && members.length > 1)
      rows.add(
        members.map((variable) => [variable, 1] as const),
        Number.NEGATIVE_INFINITY,
        1,
      );
  }
  // The largest coefficient at 1,000 keeps the solver's absolute tolerances far below any cost that matters.
  const largest = costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0);
  const scale = largest === 0 ? 1 : 1_000 / largest;
  const integrality = new Int32Array(count);
  integrality.fill(1, 0, columns.length);
  return {
    columns,
    scale,
    start: Float64Array.from(values),
    data: {
      numCols: count,
      numRows: rows.lower.length,
      colCost: Float64Array.from(costs, (cost) => cost * scale),
      colLower: new Float64Array(count),
      colUpper: new Float64Array(count).fill(1),
      rowLower: Float64Array.from(rows.lower),
      rowUpper: Float64Array.from(rows.upper),
      integrality,
      matrix: {
        format: 'csr',
        numRows: rows.lower.length,
        numCols: count,
        starts: Int32Array.from(rows.starts),
        indices: Int32Array.from(rows.indices),
        values: Float64Array.from(rows.values),
      },
    },
  };
}

function run(
  highs: Highs,
  model: Model,
  timeLimitSeconds: number,
): { readonly choice: ReadonlyMap<number, number>; readonly isOptimal: boolean; readonly slack: number } {
  const instance = highs.createModel(model.data);
  try {
    instance.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 1e-6,
      time_limit: timeLimitSeconds,
      random_seed: 1,
    });
    instance.setSolution({ colValue: model.start });
    const { modelStatus } = instance.run();
    const isOptimal = modelStatus === highs.constants.modelStatus.optimal;
    const solution = instance.getSolution().colValue;
    const choice = new Map<number, number>();
    for (const [index, { table, option }] of model.columns.entries())
      if ((solution?.[index] ?? 0) > 0.5) choice.set(table, option);
    const bound = isOptimal ? 0 : Number(instance.info.get('mip_dual_bound'));
    const slack = isOptimal ? 0 : Math.max(0, instance.getObjectiveValue() - bound) / model.scale;
    return { choice, isOptimal, slack };
  } finally {
    instance.dispose();
  }
}
