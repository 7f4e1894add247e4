import { displayName, formatShare, plural } from '@shardwright/core';
import type { Alternative, ResolvedOptions } from '../model/analysis.ts';
import { distinctNames } from './alternative-names.ts';
import { domainName } from './domain-name.ts';
import type { ExactDesign } from './exact.ts';
import type { Problem } from './formulate.ts';
import type { Layout } from './layout.ts';
import { localRelationShare } from './locality.ts';
import { type Choice, evaluate } from './program.ts';
import { nearOptimum } from './solve.ts';

/** A design with everything that is known about it. */
export interface EvaluatedDesign {
  readonly layout: Layout;
  readonly shards: ResolvedOptions['shards'];
  /** The domain it was built around, for designs other than the optimum. */
  readonly domain?: number;
  /** Present with a workload. */
  readonly exact?: ExactDesign;
}

const mostAlternatives = 3;

/** The best choices around other keys than the chosen one's, as good as shifting costs finds them: nobody needs them proven. */
export function findAlternatives(
  problem: Problem,
  chosen: Choice,
): { readonly choice: Choice; readonly domain: number }[] {
  const found: { choice: Choice; domain: number }[] = [];
  const seen = new Set([chosen.join()]);
  for (const domain of rootDomains(problem, chosen).slice(0, mostAlternatives)) {
    const allowed = problem.allowed.map((positions, table) => forceDomain(problem, table, positions, domain));
    const choice = nearOptimum(problem.program, allowed);
    if (seen.has(choice.join())) continue;
    seen.add(choice.join());
    found.push({ choice, domain });
  }
  return found;
}

/** A table that carries the key takes it; one that could be given it takes it or stays undistributed. */
function forceDomain(
  problem: Problem,
  table: number,
  positions: readonly number[],
  domain: number,
): readonly number[] {
  const keyed = positions.filter((position) => {
    const option = problem.options[table]?.[position];
    return option?.kind === 'distributed' && option.key.domain === domain;
  });
  if (keyed.length === 0) return positions;
  const own = keyed.filter((position) => {
    const option = problem.options[table]?.[position];
    return option?.kind === 'distributed' && !option.key.added;
  });
  if (own.length > 0) return own;
  return positions.filter(
    (position) => keyed.includes(position) || problem.options[table]?.[position]?.kind !== 'distributed',
  );
}

/** The other designs with their numbers next to the chosen one's, best first. */
export function describeAlternatives(
  problem: Problem,
  chosen: EvaluatedDesign,
  others: readonly EvaluatedDesign[],
): Alternative[] {
  const value = (design: EvaluatedDesign): number =>
    design.exact?.objective ?? evaluate(problem.program, design.layout.choice);
  const chosenChoice = chosen.layout.choice;
  const kinds = others.map(({ layout }) => countKinds(problem, layout.choice));
  const names = distinctNames(
    others.map((design, index) => ({ ...keyOf(problem, design, chosen), ...(kinds[index] ?? noTables) })),
  );
  return others
    .map((design, index): Alternative => {
      const { choice } = design.layout;
      const name = names[index] ?? '';
      const counts = kinds[index] ?? noTables;
      const share = localRelationShare(problem, choice);
      return {
        name,
        objective: value(design),
        ...counts,
        localRelationShare: share,
        ...(design.exact === undefined ? {} : { routerShareOfCalls: design.exact.routerShareOfCalls }),
        sentence: sentence(name, counts, {
          objective: value(design) / Math.max(1e-9, value(chosen)),
          share,
          chosenShare: localRelationShare(problem, chosenChoice),
          ...(design.exact === undefined || chosen.exact === undefined
            ? {}
            : {
                routerShare: design.exact.routerShareOfCalls,
                chosenRouterShare: chosen.exact.routerShareOfCalls,
              }),
          chosenCounts: countKinds(problem, chosenChoice),
        }),
      };
    })
    .sort((a, b) => a.objective - b.objective);
}

/** The key a design is built around; `throughout` where the chosen design has a group of that name as well. */
function keyOf(
  problem: Problem,
  { layout, domain }: EvaluatedDesign,
  chosen: EvaluatedDesign,
): { key: string; owner?: string } {
  const built = problem.domains.list[domain ?? mainDomain(problem, layout.choice) ?? -1];
  if (built === undefined) return { key: layout.groups[0]?.name ?? 'no key' };
  const owner = built.root === undefined ? undefined : problem.tables[built.root.table]?.table;
  const name = domainName(built, problem.tables);
  const isForced = domain !== undefined && chosen.layout.groups.some((group) => group.name === name);
  return {
    key: isForced ? `${name} throughout` : name,
    ...(owner === undefined ? {} : { owner: displayName(owner) }),
  };
}

/** The chosen design's main domain: the one most bytes are keyed by. */
export function mainDomain(problem: Problem, choice: Choice): number | undefined {
  const weights = new Map<number, number>();
  for (const table of problem.tables) {
    const option = problem.options[table.index]?.[choice[table.index] ?? 0];
    if (option?.kind !== 'distributed') continue;
    const weight = problem.sizes[table.index]?.weight ?? 0;
    weights.set(option.key.domain, (weights.get(option.key.domain) ?? 0) + weight);
  }
  const [best] = [...weights].sort((a, b) => b[1] - a[1]);
  return best?.[0];
}

/** Other domains worth building a design around, the furthest-reaching first. */
function rootDomains(problem: Problem, chosen: Choice): number[] {
  const main = mainDomain(problem, chosen);
  const keyed = new Map<number, { own: Set<number>; all: Set<number> }>();
  for (const table of problem.tables)
    for (const position of problem.allowed[table.index] ?? []) {
      const option = problem.options[table.index]?.[position];
      if (option?.kind !== 'distributed' || option.key.domain < 0) continue;
      const tables = keyed.get(option.key.domain) ?? { own: new Set<number>(), all: new Set<number>() };
      tables.all.add(table.index);
      if (!option.key.added) tables.own.add(table.index);
      keyed.set(option.key.domain, tables);
    }
  // People ask about keys that many tables carry already, and about those that whole subtrees belong to.
  const merit = (domain: number): number =>
    ((keyed.get(domain)?.own.size ?? 0) / Math.max(1, problem.tables.length)) *
    (1 + (problem.tenancy.weight[domain] ?? 0));
  return [...keyed]
    .filter(([domain, tables]) => domain !== main && tables.all.size >= 2)
    .map(([domain]) => domain)
    .sort((a, b) => merit(b) - merit(a));
}

type Counts = Pick<Alternative, 'distributed' | 'reference' | 'local' | 'needBackfill'>;

const noTables: Counts = { distributed: 0, reference: 0, local: 0, needBackfill: 0 };

/** How many tables take each kind of decision. */
function countKinds(problem: Problem, choice: Choice): Counts {
  const counts = { ...noTables };
  for (const table of problem.tables) {
    const option = problem.options[table.index]?.[choice[table.index] ?? 0];
    if (option?.kind === 'distributed') {
      counts.distributed++;
      if (option.key.added) counts.needBackfill++;
    } else if (option?.kind === 'reference') counts.reference++;
    else if (option?.kind === 'local') counts.local++;
  }
  return counts;
}

function sentence(
  name: string,
  counts: Counts,
  numbers: {
    readonly objective: number;
    readonly share: number;
    readonly chosenShare: number;
    readonly routerShare?: number;
    readonly chosenRouterShare?: number;
    readonly chosenCounts: Counts;
  },
): string {
  const { chosenCounts } = numbers;
  const parts: string[] = [];
  if (numbers.routerShare !== undefined)
    parts.push(compared(numbers.routerShare, numbers.chosenRouterShare ?? 0, 'of calls on one shard'));
  parts.push(compared(numbers.share, numbers.chosenShare, 'of the relations, by weight, without network'));
  if (counts.needBackfill !== chosenCounts.needBackfill)
    parts.push(`${plural(counts.needBackfill, 'table')} to backfill instead of ${chosenCounts.needBackfill}`);
  if (counts.reference !== chosenCounts.reference)
    parts.push(`${plural(counts.reference, 'reference table')} instead of ${chosenCounts.reference}`);
  if (Number.isFinite(numbers.objective)) parts.push(costText(numbers.objective));
  return `By ${name}: ${parts.join('; ')}.`;
}

function compared(share: number, chosen: number, what: string): string {
  const [here, there] = [formatShare(share), formatShare(chosen)];
  return here === there ? `still ${here} ${what}` : `${here} instead of ${there} ${what}`;
}

/** The cost as a multiple of the chosen design's. */
function costText(factor: number): string {
  const digits = factor < 10 ? factor.toFixed(2) : String(Math.round(factor));
  return digits === '1.00' ? 'the same cost' : `${digits} times the cost`;
}
