import type { Workload } from '@shardwright/workload';
import type { ResolvedOptions } from '../model/analysis.ts';
import type { EvaluatedDesign } from './alternatives.ts';
import { type ExactDesign, exactEvaluator } from './exact.ts';
import type { Problem } from './formulate.ts';
import { type Layout, layOut } from './layout.ts';
import { type Choice, evaluate } from './program.ts';

/** A design other than the proven optimum has to be this much cheaper by the classifier's word to replace it. */
const clearlyBetter = 0.95;
/** A change of one table has to save at least this much, or it is within what the costs can tell. */
const worthwhile = 0.995;
const mostRounds = 4;
/** Changes tried per round, the cheapest by the program first. */
const mostTrials = 12;
/** Queries classified while improving, beyond which the program's word has to do. */
const mostQueries = 4_000;

/**
 * With a workload, classifies it under the program's optimum and under the best other designs, and takes the one
 * that is best by the classes themselves: the program only knows which keys queries join and filter on. Then tries
 * changes of single tables that the program finds nearly as good.
 */
export function chooseDesign(
  problem: Problem,
  choices: readonly { readonly choice: Choice; readonly domain?: number }[],
  shardsFor: (choice: Choice) => ResolvedOptions['shards'],
  workload: Workload | undefined,
): { readonly best: EvaluatedDesign; readonly others: readonly EvaluatedDesign[] } {
  const evaluateLayout = workload === undefined ? undefined : exactEvaluator(problem, workload);
  const designs = choices.map(({ choice, domain }): EvaluatedDesign => {
    const shards = shardsFor(choice);
    const layout = layOut(problem, choice, shards.count);
    const exact = evaluateLayout?.(layout);
    return {
      layout,
      shards,
      ...(domain === undefined ? {} : { domain }),
      ...(exact === undefined ? {} : { exact }),
    };
  });
  const value = (design: EvaluatedDesign): number => design.exact?.objective ?? 0;
  const [optimum, ...rest] = designs;
  if (optimum === undefined) throw new Error('there is no design to choose');
  let best = optimum;
  for (const design of rest) if (value(design) < value(best) * clearlyBetter) best = design;
  const others = designs.filter((design) => design !== best);
  if (workload === undefined || evaluateLayout === undefined) return { best, others };
  return { best: improveExactly(problem, best, workload, evaluateLayout), others };
}

function improveExactly(
  problem: Problem,
  start: EvaluatedDesign,
  workload: Workload,
  evaluateLayout: (layout: Layout) => ExactDesign,
): EvaluatedDesign {
  let best = start;
  let budget = mostQueries;
  for (let round = 0; round < mostRounds; round++) {
    let found: EvaluatedDesign | undefined;
    for (const choice of nearbyChoices(problem, best.layout.choice)) {
      budget -= workload.queries.length;
      if (budget < 0) return found ?? best;
      const layout = layOut(problem, choice, best.shards.count);
      const exact = evaluateLayout(layout);
      const least = (found ?? best).exact?.objective ?? Number.POSITIVE_INFINITY;
      if (exact.objective < least * worthwhile) found = { ...best, layout, exact };
    }
    if (found === undefined) return best;
    best = found;
  }
  return best;
}

/** Choices that differ in one table which the workload touches, those the program minds least first. */
function nearbyChoices(problem: Problem, choice: Choice): Choice[] {
  const touched = new Set<number>();
  for (const group of problem.queryGroups)
    for (const term of group.terms) for (const { table } of term.members) touched.add(table);
  const changes: { readonly choice: Choice; readonly cost: number }[] = [];
  for (const table of touched)
    for (const position of problem.allowed[table] ?? []) {
      if (position === choice[table]) continue;
      const changed = choice.map((option, index) => (index === table ? position : option));
      changes.push({ choice: changed, cost: evaluate(problem.program, changed) });
    }
  return changes
    .sort((a, b) => a.cost - b.cost)
    .slice(0, mostTrials)
    .map((change) => change.choice);
}
