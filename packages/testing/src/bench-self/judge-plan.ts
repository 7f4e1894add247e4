import { describeFingerprint } from './fingerprint.ts';
import type { PlanBenchmark, PlannedSchema } from './plan-benchmark.ts';
import { describeVerdicts, type Verdict } from './verdict.ts';

/** The promises for plans, each with what was measured. */
export function judgePlan({ schemas, large }: PlanBenchmark): readonly Verdict[] {
  const all = [...schemas, large];
  const sum = (count: (schema: PlannedSchema) => number): number =>
    all.reduce((total, schema) => total + count(schema), 0);
  const none = (what: string, count: number): Verdict => ({
    what,
    measured: String(count),
    promised: 'none',
    kept: count === 0,
  });
  const share = (what: string, part: number, whole: number, least: number): Verdict => ({
    what,
    measured: `${part} of ${whole}, ${percent(part / whole)}`,
    promised: `at least ${percent(least)}`,
    kept: part >= least * whole,
  });
  const seconds = (what: string, measured: number, limit: number): Verdict => ({
    what,
    measured: `${measured.toFixed(1)} s`,
    promised: `under ${limit} s`,
    kept: measured < limit,
  });
  return [
    none(
      'statements that Citus refuses',
      sum(({ failures }) => failures.length),
    ),
    none(
      'tables and shards that are not as planned',
      sum(({ differences }) => differences.length),
    ),
    none(
      'objects left or refused when a plan is taken back',
      sum(({ leftovers }) => leftovers.length),
    ),
    share(
      'tables that are what the analysis recommends, or say why not',
      sum((one) => one.asRecommended),
      sum((one) => one.tables),
      1,
    ),
    share(
      'tables of tenants that are distributed or reference tables',
      sum((one) => one.ownedAndSpread),
      sum((one) => one.ownedByTenants),
      0.85,
    ),
    seconds('plan of 300 tables', large.seconds.plan, 3),
    seconds('proof of 300 tables', large.seconds.proof, 60),
  ];
}

/** The result for people: a line for each schema. */
export function describePlan(result: PlanBenchmark, verdicts: readonly Verdict[]): string {
  const rows = [...result.schemas, result.large].map((schema) => [
    schema.schema,
    String(schema.tables),
    outcome(schema),
    String(schema.distributed + schema.singleShard),
    String(schema.reference),
    String(schema.local),
    String(schema.backfilled),
    String(schema.leftOut),
    schema.seconds.plan.toFixed(1),
    schema.seconds.proof.toFixed(1),
  ]);
  const heads = [
    'schema',
    'tables',
    'applied',
    'distributed',
    'reference',
    'local',
    'backfill',
    'left out',
    'plan s',
    'proof s',
  ];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  const complaints = [...result.schemas, result.large].flatMap(
    ({ schema, failures, differences, leftovers, missingExtensions }) => [
      ...[...failures, ...differences, ...leftovers].map((complaint) => `  ${schema}: ${complaint}`),
      ...(missingExtensions.length === 0
        ? []
        : [`  ${schema}: not wholly tried, this machine lacks ${missingExtensions.join(', ')}`]),
    ],
  );
  return [
    describeFingerprint(result.fingerprint),
    line(heads),
    ...rows.map(line),
    ...complaints,
    ...describeVerdicts(verdicts),
    '',
  ].join('\n');
}

function outcome({ failures, differences, leftovers, missingExtensions }: PlannedSchema): string {
  if (failures.length + differences.length + leftovers.length > 0) return 'no';
  return missingExtensions.length > 0 ? 'in part' : 'yes';
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
