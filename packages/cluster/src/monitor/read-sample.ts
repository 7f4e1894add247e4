import { readFile } from 'node:fs/promises';
import type { Connection } from '@shardwright/postgres';
import { type Answer, askCoordinator, askWorkers } from './ask-nodes.ts';
import { readStatements, type StatementSupport } from './read-statements.ts';
import type {
  BackgroundJob,
  ClusterFacts,
  NodeActivity,
  NodeIdentity,
  NodeSample,
  ProbeProblem,
  QueryCounters,
  Sample,
  ShardState,
  TableSize,
  TenantCount,
  Vitals,
} from './sample.ts';

/** How much to read. */
export interface SampleOptions {
  /** Only what rates are made of: the first of two samples. */
  readonly light?: boolean;
}

/** What is asked; the SQL of each is the file of its name, but for `statements`. docs/cluster.md says what each costs. */
export const probeNames = [
  'nodes',
  'vitals',
  'counters',
  'activity',
  'tenants',
  'sizes',
  'shards',
  'jobs',
  'statements',
] as const;

type ProbeName = (typeof probeNames)[number];

interface Cluster extends ClusterFacts {
  readonly nodes: readonly NodeIdentity[];
  readonly self: { readonly name: string; readonly port: number };
}

/** Reads a cluster over a session on its coordinator. Throws DatabaseError when that does not answer. */
export async function readSample(
  session: Connection,
  { light = false }: SampleOptions = {},
): Promise<Sample> {
  const { nodes: known, self, ...cluster } = await readCluster(session);
  const nodes = known.some(({ groupId }) => groupId === 0) ? known : [unregistered(self), ...known];
  const problems: ProbeProblem[] = [];
  const silent = new Set<number>();
  const askAll = async <Value>(probe: ProbeName, wanted: readonly NodeIdentity[]) => {
    // Each wait for a node that is frozen would take as long as the first.
    const asked = wanted.filter(({ id }) => !silent.has(id));
    const answers = await askNodes<Value>({ session, sql: await readSql(probe) }, asked);
    for (const [nodeId, answer] of answers) {
      if (answer.kind !== 'read') problems.push({ probe, nodeId, reason: answer.reason });
      if (answer.kind === 'unreachable') silent.add(nodeId);
    }
    return answers;
  };
  const askHere = async <Value>(probe: ProbeName) => {
    const answer = await askCoordinator<Value>({ session, sql: await readSql(probe) });
    if (answer.kind === 'read') return answer.value;
    problems.push({ probe, reason: answer.reason });
    return undefined;
  };

  const asked = nodes.filter(isAsked);
  const vitals = await askAll<Vitals>('vitals', asked);
  const tracking = (setting: 'tracksCounters' | 'tracksTenants') =>
    asked.filter(({ id }) => answered(vitals.get(id))?.[setting] === true);
  const counters = await askAll<QueryCounters>('counters', tracking('tracksCounters'));
  const statements = await readStatementCounts(session, problems);
  const none: readonly NodeIdentity[] = [];
  const activity = await askAll<NodeActivity>('activity', light ? none : asked);
  const tenants = await askAll<readonly TenantCount[]>('tenants', light ? none : tracking('tracksTenants'));
  const sizes = await askAll<readonly TableSize[]>('sizes', light ? none : asked);
  const shards = light ? undefined : await askHere<ShardState>('shards');
  const jobs = light ? undefined : await askHere<readonly BackgroundJob[]>('jobs');

  return {
    cluster,
    nodes: nodes.map((node): NodeSample => {
      const reach = !isAsked(node) ? 'unasked' : silent.has(node.id) ? 'unreachable' : 'answers';
      const parts = {
        vitals: answered(vitals.get(node.id)),
        counters: answered(counters.get(node.id)),
        activity: answered(activity.get(node.id)),
        tenants: answered(tenants.get(node.id)),
        sizes: answered(sizes.get(node.id)),
      };
      return { ...node, reach, ...present(parts) };
    }),
    ...present({ shards, jobs, statements }),
    problems,
  };
}

async function readCluster(session: Connection): Promise<Cluster> {
  const [row] = await session.query<{ value: Cluster }>(await readSql('nodes'));
  if (!row) throw new RangeError('a query without FROM gives one row');
  return row.value;
}

/** The coordinator answers over the session that is open; the others over connections of its own. */
async function askNodes<Value>(
  question: { readonly session: Connection; readonly sql: string },
  nodes: readonly NodeIdentity[],
): Promise<ReadonlyMap<number, Answer<Value>>> {
  const answers = new Map<number, Answer<Value>>();
  for (const { id } of nodes.filter(({ groupId }) => groupId === 0)) {
    answers.set(id, await askCoordinator<Value>(question));
  }
  const workers = nodes.filter(({ groupId }) => groupId !== 0);
  for (const [id, answer] of await askWorkers<Value>(question, workers)) answers.set(id, answer);
  return answers;
}

async function readStatementCounts(session: Connection, problems: ProbeProblem[]) {
  const support = await askCoordinator<StatementSupport>({
    session,
    sql: await readSql('statement-support'),
  });
  try {
    if (support.kind === 'read') return await readStatements(session, support.value);
    problems.push({ probe: 'statements', reason: support.reason });
  } catch (error) {
    problems.push({ probe: 'statements', reason: error instanceof Error ? error.message : String(error) });
  }
  return undefined;
}

function isAsked({ kind, isActive }: NodeIdentity): boolean {
  return kind === 'primary' && isActive;
}

/** A coordinator that was never told its own address is not in `pg_dist_node`. */
function unregistered(self: { readonly name: string; readonly port: number }): NodeIdentity {
  return {
    id: 0,
    groupId: 0,
    ...self,
    kind: 'primary',
    isActive: true,
    shouldHaveShards: true,
    hasMetadata: true,
    isMetadataSynced: true,
  };
}

function answered<Value>(answer: Answer<Value> | undefined): Value | undefined {
  return answer?.kind === 'read' ? answer.value : undefined;
}

type Present<Parts> = { readonly [Key in keyof Parts]?: Exclude<Parts[Key], undefined> };

function present<Parts extends object>(parts: Parts): Present<Parts> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as Present<Parts>;
}

/** One of the fixed queries of `packages/cluster/sql/monitor`; `sql/` lies beside both `src/` and `dist/`. */
function readSql(file: string): Promise<string> {
  return readFile(new URL(`../../sql/monitor/${file}.sql`, import.meta.url), 'utf8');
}
