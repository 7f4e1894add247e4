import type { QueryClass } from '@shardwright/analyzer';
import { type Coordinator, type DistributedPlan, explainStatement } from '@shardwright/cluster';
import type { PlannedQuery, QueryProof } from '@shardwright/planner';
import { serverAnswer } from '../server-answer.ts';
import { fillParameters } from './fill-parameters.ts';
import { type ParameterType, parameterTypes } from './parameter-types.ts';
import { sampleValues } from './sample-values.ts';

/** What Citus says to a statement with values in it. */
interface Explained {
  readonly class: QueryClass;
  /** Part of a sentence. */
  readonly how: string;
  /** Where it refuses. */
  readonly message?: string;
  readonly values: readonly string[];
}

/**
 * Holds one query's class against what Citus does with it. Values stand for parameters; where the class is not the
 * expected one with different values, equal ones are tried, too: a tenant is often named more than once.
 */
export async function explainQuery(
  coordinator: Coordinator,
  query: PlannedQuery,
  shardCount: number,
): Promise<QueryProof> {
  const { fingerprint, sql, shareOfCalls } = query;
  const known = { fingerprint, sql, shareOfCalls, predicted: query.class };
  try {
    const types = await parameterTypes(coordinator, sql);
    const explain = (different: boolean): Promise<Explained> =>
      explainWith(coordinator, sql, sampleValues(types, { different, shardCount }));
    const apart = await explain(true);
    const isSettled = apart.class === query.class && apart.class !== 'unsupported';
    if (isSettled || changesKey(apart) || !repeatsType(types)) return { ...known, ...verdict(query, apart) };
    const alike = await explain(false);
    if (alike.class === apart.class) return { ...known, ...verdict(query, apart) };
    // What was expected comes first; else what runs.
    const isApart = apart.class === query.class || alike.class === 'unsupported';
    const [real, other] = isApart ? [apart, alike] : [alike, apart];
    const found = verdict(query, real);
    const hangs = `${isApart ? 'with different values' : 'with equal values'} for ${sharedParameters(types)}; ${isApart ? 'with equal' : 'with different'} ones ${other.how}`;
    return { ...known, ...found, why: found.why === undefined ? hangs : `${found.why}, ${hangs}` };
  } catch (error) {
    const message = serverAnswer(error);
    if (message === undefined) throw error;
    return { ...known, outcome: 'not-tried', message, values: [] };
  }
}

async function explainWith(
  coordinator: Coordinator,
  sql: string,
  values: readonly string[],
): Promise<Explained> {
  const explanation = await explainStatement(coordinator, fillParameters(sql, values));
  if (explanation.kind === 'plan')
    return { class: explanation.plan.class, how: runText(explanation.plan), values };
  const { message, detail } = explanation;
  const whole = detail === undefined ? message : `${message}: ${detail}`;
  return { class: 'unsupported', how: `Citus refuses it (${message})`, message: whole, values };
}

/** `it is planned as pushdown, in 4 tasks, after 2 parts that run first`. */
function runText({ class: name, taskCount, subplans, repartitions }: DistributedPlan): string {
  const tasks = taskCount === undefined ? [] : [taskCount === 1 ? 'in one task' : `in ${taskCount} tasks`];
  const parts =
    subplans.length === 0
      ? []
      : [
          subplans.length === 1
            ? 'after a part that runs first'
            : `after ${subplans.length} parts that run first`,
        ];
  const shuffles = repartitions.length === 0 ? [] : ['after rows are reshuffled'];
  return [`it runs as ${name}`, ...tasks, ...parts, ...shuffles].join(', ');
}

function verdict(
  query: PlannedQuery,
  real: Explained,
): Pick<QueryProof, 'real' | 'outcome' | 'why' | 'message' | 'values'> {
  const { message, values } = real;
  const found = { real: real.class, values, ...(message === undefined ? {} : { message }) };
  if (real.class === query.class) return { ...found, outcome: 'as-predicted' };
  const expected = query.error === undefined ? query.reason : `${query.error} (${query.reason})`;
  const why = `expected: ${expected}; but ${real.how}`;
  return { ...found, outcome: real.class === 'unsupported' ? 'refused' : 'other-class', why };
}

/** With equal values such an UPDATE changes nothing, and passes for that. */
function changesKey({ message }: Explained): boolean {
  return message?.startsWith('modifying the partition value') ?? false;
}

function repeatsType(types: readonly ParameterType[]): boolean {
  return new Set(types.map(({ type }) => type)).size < types.length;
}

/** `$1 and $2`: the parameters that have their type in common with others. */
function sharedParameters(types: readonly ParameterType[]): string {
  const names = types.flatMap(({ type }, index) =>
    types.some((other, at) => at !== index && other.type === type) ? [`$${index + 1}`] : [],
  );
  return names.length > 4 ? 'its parameters' : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
