import { type Catalog, catalogFingerprint } from '@shardwright/catalog';
import { type Context, InterruptedError, nameKey, quietContext, UsageError } from '@shardwright/core';
import { loadParser } from '@shardwright/sql';
import type { Workload } from '@shardwright/workload';
import { describeAlternatives, findAlternatives, mainDomain } from './design/alternatives.ts';
import { chooseDesign } from './design/choose.ts';
import { currency } from './design/costs.ts';
import { analyzeWorkload } from './design/exact.ts';
import { formulate, type Problem } from './design/formulate.ts';
import { groupNames, type Layout } from './design/layout.ts';
import { localRelationShare, reportRelations } from './design/locality.ts';
import { words } from './design/overrides.ts';
import { type Choice, evaluate } from './design/program.ts';
import { type Solution, solve } from './design/solve.ts';
import type { Analysis, ResolvedOptions, TableAnalysis } from './model/analysis.ts';
import type { Finding } from './model/finding.ts';
import type { AnalyzeOptions } from './options.ts';
import { readFacts } from './relations/read-facts.ts';
import { keyObstacles } from './rules/key-obstacles.ts';
import { runRules } from './rules/run-rules.ts';
import { recommendShardCount } from './skew/shard-count.ts';
import { tableSkew } from './skew/table-skew.ts';
import { tableCandidates } from './summary/candidates.ts';
import { coverage, type NoWorkload } from './summary/coverage.ts';
import { headline } from './summary/headline.ts';
import { tableReasons } from './summary/table-reasons.ts';

/** What an analysis looks at. */
export interface AnalyzeInput {
  readonly catalog: Catalog;
  readonly workload?: Workload;
  readonly noWorkload?: NoWorkload;
  readonly options?: AnalyzeOptions;
}

const timeLimitSeconds = 30;

/** Decides how every table of a catalog lives on Citus, and says why. */
export async function analyze(input: AnalyzeInput, context: Context = quietContext()): Promise<Analysis> {
  const { catalog, workload, options = {} } = input;
  checkCounts(options);
  context.emit({ kind: 'phase', phase: 'relating tables' });
  const problem = formulate({
    catalog,
    options,
    ...(workload === undefined ? {} : { queries: readFacts(workload, catalog) }),
    obstacles: (table, column) =>
      keyObstacles(catalog, table, column).flatMap((obstacle) =>
        obstacle.kind === 'hard' ? [obstacle.reason] : [],
      ),
  });
  interruptible(context);
  context.emit({ kind: 'phase', phase: 'optimising' });
  const solution = await solve(problem.program, { allowed: problem.allowed, timeLimitSeconds });
  interruptible(context);
  context.emit({ kind: 'phase', phase: 'comparing alternatives' });
  const others = findAlternatives(problem, solution.choice);
  interruptible(context);
  const chosen = chooseDesign(
    problem,
    [{ choice: solution.choice }, ...others],
    (choice) => shardCount(problem, choice, options),
    workload,
  );
  const { layout, shards, exact } = chosen.best;
  context.emit({ kind: 'phase', phase: 'checking rules' });
  const findings = runRules({ catalog, design: layout.design });
  await loadParser();
  const router = exact === undefined ? {} : { routerShareOfCalls: exact.routerShareOfCalls };
  return {
    schemaVersion: '1.0',
    origin: catalog.origin,
    fingerprint: catalogFingerprint(catalog),
    options: {
      nodes: problem.nodes,
      shards,
      ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
      overrides: problem.overrides.map((override) => ({
        table: { schema: override.table.table.schema, name: override.table.table.name },
        decision: words(override),
      })),
    },
    headline: headline({
      problem,
      layout,
      findings,
      localShare: localRelationShare(problem, layout.choice),
      ...router,
    }),
    tables: tableAnalyses(problem, layout, findings),
    colocationGroups: layout.groups,
    relations: reportRelations(problem, layout.choice),
    findings,
    optimisation: optimisation(problem, solution, layout.choice),
    alternatives: describeAlternatives(problem, chosen.best, chosen.others),
    ...(workload === undefined ? {} : { workload: analyzeWorkload(problem, layout, workload) }),
    coverage: coverage(problem, workload, input.noWorkload),
  };
}

function optimisation(problem: Problem, solution: Solution, choice: Choice): Analysis['optimisation'] {
  const { variables, constraints, seconds } = solution;
  const objective = evaluate(problem.program, choice);
  const distance = objective - solution.objective;
  const isOptimum = distance <= 1e-9 * Math.max(1, Math.abs(objective));
  return {
    status: isOptimum ? solution.status : 'feasible',
    gap: isOptimum ? solution.gap : solution.gap + distance / Math.max(1e-9, Math.abs(objective)),
    objective,
    currency,
    localRelationShare: localRelationShare(problem, choice),
    variables,
    constraints,
    seconds,
  };
}

function tableAnalyses(problem: Problem, layout: Layout, findings: readonly Finding[]): TableAnalysis[] {
  const findingsOf = new Map<number, number[]>();
  for (const [index, finding] of findings.entries()) {
    const table =
      finding.table === undefined ? undefined : problem.designTables.indexOf.get(nameKey(finding.table));
    if (table === undefined) continue;
    const list = findingsOf.get(table);
    if (list === undefined) findingsOf.set(table, [index]);
    else list.push(index);
  }
  const groupsOf = new Map<number, Problem['program']['groups'][number][]>();
  for (const group of problem.program.groups)
    for (const table of new Set(group.terms.flatMap((term) => term.members.map((member) => member.table)))) {
      const list = groupsOf.get(table);
      if (list === undefined) groupsOf.set(table, [group]);
      else list.push(group);
    }
  const chosen = problem.tables.map(
    (table) => problem.options[table.index]?.[layout.choice[table.index] ?? 0],
  );
  const names = groupNames(problem, chosen);
  return problem.tables.map((table) => {
    const decision = layout.decisions[table.index] ?? { kind: 'local' };
    const skew = tableSkew(problem, layout, table);
    const partitionedBy = table.table.partitionKey?.keys
      .map(({ column, expression }) => column ?? expression ?? '')
      .join(', ');
    return {
      schema: table.table.schema,
      name: table.table.name,
      decision,
      reasons: tableReasons(problem, layout, table),
      findings: findingsOf.get(table.index) ?? [],
      line: table.table.definition.line,
      ...(table.statistics === undefined
        ? {}
        : {
            rows: { count: table.statistics.rows, provenance: table.statistics.rowsProvenance },
            bytes: table.statistics.bytes,
          }),
      ...(partitionedBy === undefined ? {} : { partitionedBy }),
      ...(skew === undefined ? {} : { skew }),
      candidates: tableCandidates(problem, layout, table, names, groupsOf),
    };
  });
}

function shardCount(problem: Problem, choice: Choice, options: AnalyzeOptions): ResolvedOptions['shards'] {
  if (options.shards !== undefined)
    return { count: options.shards, recommended: false, reason: 'You decided.' };
  const domain = mainDomain(problem, choice);
  let bytes = 0;
  let isMeasured = false;
  let hottestShare: number | undefined;
  for (const table of problem.tables) {
    const option = problem.options[table.index]?.[choice[table.index] ?? 0];
    if (option?.kind !== 'distributed' || option.key.domain !== domain) continue;
    const statistics = table.statistics;
    if (statistics === undefined) continue;
    isMeasured = true;
    bytes += statistics.bytes;
    const column = statistics.columns[option.key.column];
    if (column === undefined || option.key.added) continue;
    hottestShare = Math.max(hottestShare ?? 0, column.heavyHitters[0]?.share ?? 0);
  }
  return recommendShardCount({
    nodes: problem.nodes,
    ...(isMeasured ? { bytes } : {}),
    ...(hottestShare === undefined ? {} : { hottestShare }),
  });
}

function checkCounts(options: AnalyzeOptions): void {
  for (const [name, value, most] of [
    ['nodes', options.nodes, 1_000],
    ['shards', options.shards, 64_000],
  ] as const)
    if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > most))
      throw new UsageError(
        `--${name} ${value} is not a whole number from 1 to ${most.toLocaleString('en-US')}.`,
      );
}

function interruptible(context: Context): void {
  if (context.signal.aborted) throw new InterruptedError('The analysis was interrupted.');
}
