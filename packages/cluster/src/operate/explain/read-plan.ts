import type { PlanClass } from '@shardwright/core';
import type { NodeAddress } from '../node-address.ts';

/** A node of a plan tree with PostgreSQL's own property names, e.g. `Node Type`, `Actual Rows`. */
export type PlanNode = Readonly<Record<string, unknown>>;

/** What one node is asked to do for one shard, or one group of co-located shards. */
export interface PlanTask {
  readonly node: NodeAddress;
  /** Absent where Citus could not get it. */
  readonly plan?: PlanNode;
}

/** A part that runs first; its rows go to the nodes that need them. */
export interface Subplan {
  readonly plan: DistributedPlan;
  /** Milliseconds, and bytes as Citus words them; of plans that were run. */
  readonly durationMs?: number;
  readonly dataSize?: string;
  readonly destination?: string;
}

/** What the plan of a statement says about how it is distributed. */
export interface DistributedPlan {
  readonly class: PlanClass;
  /** Of the main part; absent for statements that Citus leaves to PostgreSQL. */
  readonly taskCount?: number;
  /** None where Citus shows none, as for repartition joins. */
  readonly tasks: readonly PlanTask[];
  /** Where the tasks run, each once. */
  readonly nodes: readonly NodeAddress[];
  readonly subplans: readonly Subplan[];
  /** Reshuffles of rows between nodes that come before the tasks. */
  readonly repartitions: readonly { readonly mapTasks: number; readonly mergeTasks: number }[];
  /** What the coordinator does, the tasks inside. */
  readonly coordinator: PlanNode;
  readonly planningMs?: number;
  readonly executionMs?: number;
}

/**
 * Reads the document of `EXPLAIN (FORMAT JSON)`. A fast path looks like any other plan on one shard, so whoever
 * listened to the planner says whether it was one.
 */
export function readPlan(
  document: unknown,
  options: { readonly isFastPath?: boolean } = {},
): DistributedPlan {
  const [statement] = list(document);
  const coordinator = record(record(statement)?.Plan) ?? {};
  const scans = citusScans(coordinator);
  const outer = scans[0];
  const queries = scans.map((scan) => record(scan['Distributed Query']) ?? {});
  const inner = scans.flatMap((scan) => [...list(scan['Select Query']), ...list(scan['Source Query'])]);
  const nested = inner.map((each) => readPlan([each]));
  const jobs = queries.map((query) => record(query.Job) ?? {});
  const subplans = [
    ...queries.flatMap((query) => list(query.Subplans).map(readSubplan)),
    ...nested.flatMap((plan) => plan.subplans),
  ];
  const tasks = [
    ...jobs.flatMap((job) => list(job.Tasks).map(readTask)),
    ...nested.flatMap((plan) => plan.tasks),
  ];
  const repartitions = [...jobs.flatMap(readRepartitions), ...nested.flatMap((plan) => plan.repartitions)];
  const counts = [
    ...jobs.map((job) => number(job['Task Count'])),
    ...nested.map((plan) => plan.taskCount),
  ].filter((count) => count !== undefined);
  const planningMs = number(record(statement)?.['Planning Time']);
  const executionMs = number(record(statement)?.['Execution Time']);
  const taskCount = counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  return {
    class: classOf({
      coordinator,
      outer,
      taskCount,
      repartitions,
      subplans,
      tasks,
      isFastPath: options.isFastPath ?? false,
    }),
    ...(taskCount === undefined ? {} : { taskCount }),
    tasks,
    nodes: distinct([...tasks, ...subplans.flatMap(({ plan }) => plan.tasks)].map(({ node }) => node)),
    subplans,
    repartitions,
    coordinator,
    ...(planningMs === undefined ? {} : { planningMs }),
    ...(executionMs === undefined ? {} : { executionMs }),
  };
}

const movesRows: ReadonlySet<PlanClass> = new Set([
  'repartition',
  'insert-select-pull',
  'insert-select-repartition',
  'merge-pull',
  'merge-repartition',
]);

function classOf(plan: {
  readonly coordinator: PlanNode;
  readonly outer: PlanNode | undefined;
  readonly taskCount: number | undefined;
  readonly repartitions: readonly unknown[];
  readonly subplans: readonly Subplan[];
  readonly tasks: readonly PlanTask[];
  readonly isFastPath: boolean;
}): PlanClass {
  const { coordinator, outer, taskCount = 0, repartitions, subplans, tasks, isFastPath } = plan;
  if (!outer) return 'local';
  // A write into a plain table of the coordinator that reads distributed ones.
  if (coordinator['Node Type'] === 'ModifyTable') return 'insert-select-pull';
  const insertMethod = outer['INSERT/SELECT method'];
  if (insertMethod !== undefined) {
    return insertMethod === 'repartition' ? 'insert-select-repartition' : 'insert-select-pull';
  }
  const mergeMethod = Object.entries(outer).find(([key]) => /^MERGE INTO .* method$/s.test(key))?.[1];
  if (mergeMethod !== undefined) return mergeMethod === 'repartition' ? 'merge-repartition' : 'merge-pull';
  if (repartitions.length > 0) return 'repartition';
  // A part that reshuffles rows, or gathers them for a write, says more than that there are parts.
  const heavier = subplans.find(({ plan: part }) => movesRows.has(part.class));
  if (heavier) return heavier.plan.class;
  if (subplans.length > 0) return 'subplans';
  if (taskCount > 1 || tasks.some(insertsWhatItReads)) return 'pushdown';
  return isFastPath ? 'fast-path' : 'router';
}

/** An INSERT … SELECT that shards do by themselves is a pushdown even where its condition leaves one of them. */
function insertsWhatItReads({ plan }: PlanTask): boolean {
  if (plan?.['Node Type'] !== 'ModifyTable' || plan.Operation !== 'Insert') return false;
  return list(plan.Plans).some((child) => reads(record(child) ?? {}));
}

function reads(node: PlanNode): boolean {
  return node['Relation Name'] !== undefined || list(node.Plans).some((child) => reads(record(child) ?? {}));
}

/** The outermost scans of Citus in a plan tree. */
function citusScans(node: PlanNode): readonly PlanNode[] {
  const provider = node['Custom Plan Provider'];
  if (typeof provider === 'string' && provider.startsWith('Citus')) return [node];
  return list(node.Plans).flatMap((child) => citusScans(record(child) ?? {}));
}

function readSubplan(value: unknown): Subplan {
  const subplan = record(value) ?? {};
  const durationMs = number(subplan['Subplan Duration']);
  const dataSize = text(subplan['Intermediate Data Size']);
  const destination = text(subplan['Result destination']);
  return {
    plan: readPlan(subplan.PlannedStmt),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(dataSize === undefined ? {} : { dataSize }),
    ...(destination === undefined ? {} : { destination }),
  };
}

function readTask(value: unknown): PlanTask {
  const task = record(value) ?? {};
  const [, name = '', port = ''] = /^host=(.*) port=(\d+) dbname=/s.exec(text(task.Node) ?? '') ?? [];
  // A list per query of the task, and in it EXPLAIN's own list of statements.
  const [statements] = list(task['Remote Plan']);
  const plan = record(record(list(statements)[0])?.Plan);
  return { node: { name, port: Number(port) }, ...(plan === undefined ? {} : { plan }) };
}

/** A repartition join nests jobs that depend on one another. */
function readRepartitions(job: PlanNode): DistributedPlan['repartitions'] {
  return list(job['Dependent Jobs']).flatMap((value) => {
    const dependent = record(value) ?? {};
    const own = {
      mapTasks: number(dependent['Map Task Count']) ?? 0,
      mergeTasks: number(dependent['Merge Task Count']) ?? 0,
    };
    return [own, ...readRepartitions(dependent)];
  });
}

function distinct(nodes: readonly NodeAddress[]): readonly NodeAddress[] {
  return [...new Map(nodes.map((node) => [`${node.name}:${node.port}`, node])).values()];
}

function record(value: unknown): PlanNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as PlanNode)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
