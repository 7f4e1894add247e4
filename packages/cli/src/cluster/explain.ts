import { readFile } from 'node:fs/promises';
import {
  type Coordinator,
  type DistributedPlan,
  explainStatement,
  type PlanTask,
  planLines,
} from '@shardwright/cluster';
import { type ExitCode, exitCode, InputError, type PlanClass, plural } from '@shardwright/core';
import type { Command } from '../command.ts';
import type { CommandIo } from '../command-io.ts';
import { openTarget } from './target.ts';

/** The command `cluster explain`. */
export const explain: Command = {
  description:
    'Tells how Citus runs a statement: its class, its tasks and their nodes, what runs before. Whatever it is, it is rolled back.',
  positionals: {
    sql: {
      describe: 'One statement in quotes, with literals instead of parameters; @FILE reads it from a file',
    },
  },
  options: {
    analyze: { type: 'boolean', describe: 'Run it, and roll it back, to measure' },
    all: {
      type: 'boolean',
      alias: 'a',
      describe: 'The plan of every task instead of one; the slowest if they were run',
    },
  },
  examples: [
    ["$0 explain 'SELECT count(*) FROM orders'", 'One statement'],
    ['$0 explain @slow.sql --analyze --all', 'From a file, measured, task by task'],
  ],
  epilogue: 'Exit codes: 0 Citus runs it · 1 Citus cannot run it, and says why · 3 the statement is wrong',
  run: async (args, io) => {
    const sql = await statementOf(args.required('sql'));
    const target = await openTarget(args, io);
    await using coordinator = await target.connect();
    const explanation = await explainStatement(coordinator, sql, { analyze: args.flag('analyze') });
    if (io.json) {
      await io.printJson({ cluster: target.label, ...explanation });
      return explanation.kind === 'plan' ? exitCode.yes : exitCode.no;
    }
    if (explanation.kind === 'plan')
      return await show({ plan: explanation.plan, coordinator, all: args.flag('all') }, io);
    const { message, detail, hint } = explanation;
    await io.printFields([
      ['Class', 'unsupported: Citus does not run this statement'],
      ['Citus says', message],
      ['Detail', detail],
      ['Hint', hint],
    ]);
    return exitCode.no;
  },
};

async function statementOf(text: string): Promise<string> {
  if (!text.startsWith('@')) return text;
  try {
    return await readFile(text.slice(1), 'utf8');
  } catch (error) {
    throw new InputError(
      'cannot be read',
      { input: text.slice(1) },
      { cause: error, hint: 'Check the path after @.' },
    );
  }
}

const meanings: Readonly<Record<PlanClass, string>> = {
  'fast-path': 'one shard, and hardly any planning',
  router: 'one node answers it alone',
  pushdown: 'every shard answers for its own rows, and the coordinator merges',
  repartition: 'rows are reshuffled between nodes first',
  subplans: 'parts are gathered first and sent out again',
  'insert-select-pull': 'rows pass through the coordinator',
  'insert-select-repartition': 'rows are reshuffled between nodes',
  'merge-pull': 'rows pass through the coordinator',
  'merge-repartition': 'rows are reshuffled between nodes',
  local: 'PostgreSQL on the coordinator, without Citus',
};

interface Shown {
  readonly plan: DistributedPlan;
  readonly coordinator: Coordinator;
  readonly all: boolean;
}

async function show({ plan, coordinator, all }: Shown, io: CommandIo): Promise<ExitCode> {
  const { nameOf } = coordinator;
  const { repartitions, subplans, taskCount, planningMs, executionMs } = plan;
  const counted = new Map<string, number>();
  for (const { node } of plan.tasks) counted.set(nameOf(node), (counted.get(nameOf(node)) ?? 0) + 1);
  await io.printFields([
    ['Class', `${plan.class}: ${meanings[plan.class]}`],
    ['Tasks', taskCount === undefined ? undefined : String(taskCount)],
    [
      'Nodes',
      counted.size === 0
        ? undefined
        : [...counted]
            .map(([name, tasks]) => `${name} (${tasks})`)
            .toSorted()
            .join(', '),
    ],
    [
      'Repartition',
      repartitions.length === 0
        ? undefined
        : repartitions
            .map(({ mapTasks, mergeTasks }) => `${mapTasks} map and ${mergeTasks} merge tasks`)
            .join(', '),
    ],
    ['Subplans', subplans.length === 0 ? undefined : plural(subplans.length, 'part')],
    ['Planning', planningMs === undefined ? undefined : `${planningMs.toFixed(1)} ms`],
    ['Execution', executionMs === undefined ? undefined : `${executionMs.toFixed(1)} ms`],
  ]);
  for (const [index, { plan: part, durationMs, dataSize, destination }] of subplans.entries()) {
    const cost = [
      part.taskCount === undefined ? undefined : plural(part.taskCount, 'task'),
      durationMs === undefined ? undefined : `${durationMs.toFixed(1)} ms`,
      dataSize,
      destination,
    ].filter((text) => text !== undefined);
    await io.print(
      `\n${io.paint.strong(`Part ${index + 1}`)} ${part.class}${cost.length === 0 ? '' : ` (${cost.join(', ')})`}\n`,
    );
    await io.print(indented(planLines(part.coordinator)));
  }
  await io.print(`\n${io.paint.strong('Coordinator')}\n${indented(planLines(plan.coordinator))}`);
  const tasks = plan.tasks.map((task, index) => ({ ...task, number: index + 1 }));
  const slowest = tasks.toSorted((left, right) => timeOf(right) - timeOf(left)).slice(0, 1);
  for (const { node, plan: tree, number } of all ? tasks : slowest) {
    const title = `${io.paint.strong(`Task ${number}`)} of ${tasks.length} on ${nameOf(node)}`;
    await io.print(`\n${title}\n${indented(tree ? planLines(tree) : ['no plan'])}`);
  }
  if (!all && tasks.length > 1) await io.note('\nThe other tasks: --all');
  return exitCode.yes;
}

/** Zero for plans that were not run. */
function timeOf({ plan }: PlanTask): number {
  return Number(plan?.['Actual Total Time'] ?? 0);
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}
