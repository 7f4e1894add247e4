import { formatNode } from '../operate/node-address.ts';
import type { NodeSample, QueryCounters, Sample, TenantCount } from './sample.ts';
import type { QueryReport, StatementReport, TenantReport, Tracked } from './snapshot.ts';

/** Queries to one shard and to several, over all nodes that count them. */
export function reportQueries(sample: Sample, before?: Sample): Tracked<QueryReport> {
  if (!sample.cluster.hasCounters) {
    return {
      kind: 'off',
      reason: `Citus ${sample.cluster.citusVersion} does not count queries by shards`,
      remedy: 'upgrade to Citus 13.1 or later',
    };
  }
  const counting = withPart(sample.nodes, 'counters');
  if (counting.length === 0) {
    return {
      kind: 'off',
      reason: 'no node counts queries by shards',
      remedy: onEveryNode('citus.enable_stat_counters = on'),
    };
  }
  const singleShard = sum(counting, ({ counters }) => counters.singleShard);
  const multiShard = sum(counting, ({ counters }) => counters.multiShard);
  const all = singleShard + multiShard;
  return {
    kind: 'tracked',
    singleShard,
    multiShard,
    ...(all === 0 ? {} : { multiShardShare: multiShard / all }),
    ...intervalQueries(counting, before),
    nodes: counting.map(formatNode),
  };
}

function intervalQueries(
  after: readonly (NodeSample & { readonly counters: QueryCounters })[],
  before: Sample | undefined,
): Partial<QueryReport> {
  const pairs = after.flatMap(({ id, counters }) => {
    const earlier = before?.nodes.find((node) => node.id === id)?.counters;
    return earlier ? [{ earlier, later: counters }] : [];
  });
  const growth = (count: (counters: QueryCounters) => number): number =>
    sum(pairs, ({ earlier, later }) => count(later) - count(earlier));
  const report = {
    intervalSingleShard: growth(({ singleShard }) => singleShard),
    intervalMultiShard: growth(({ multiShard }) => multiShard),
    intervalConnectionsFailed: growth(({ connectionsFailed }) => connectionsFailed),
  };
  // A restart or a reset in between takes counters back.
  return pairs.length === 0 || Object.values(report).some((count) => count < 0) ? {} : report;
}

/** The coordinator's dearest statements, with what they did since the sample before. */
export function reportStatements(
  { statements }: Sample,
  before?: Sample,
): Tracked<StatementReport> | undefined {
  if (statements === undefined || statements.kind === 'off') return statements;
  const earlier = before?.statements?.kind === 'tracked' ? before.statements.rows : undefined;
  return {
    kind: 'tracked',
    source: statements.citusTracks ? 'pg_stat_statements with citus_stat_statements' : 'pg_stat_statements',
    top: statements.rows.map((row) => {
      const same = earlier?.find(({ queryId }) => queryId === row.queryId);
      return same === undefined || same.calls > row.calls
        ? row
        : { ...row, intervalCalls: row.calls - same.calls, intervalMs: row.totalMs - same.totalMs };
    }),
  };
}

/** Tenants over all nodes that follow them, by what they asked for in this period and the last. */
export function reportTenants({ nodes, cluster }: Sample): Tracked<TenantReport> {
  if (!cluster.hasTenants) {
    return {
      kind: 'off',
      reason: `Citus ${cluster.citusVersion} does not follow tenants`,
      remedy: 'upgrade to Citus 11.3 or later',
    };
  }
  const following = withPart(nodes, 'tenants');
  if (following.length === 0) {
    return {
      kind: 'off',
      reason: 'no node follows tenants',
      remedy: onEveryNode("citus.stat_tenants_track = 'all'"),
    };
  }
  const byTenant = new Map<string, TenantCount>();
  for (const count of following.flatMap(({ tenants }) => tenants)) {
    const key = JSON.stringify([count.colocationId, count.tenant]);
    const known = byTenant.get(key);
    byTenant.set(key, known ? addTenant(known, count) : count);
  }
  const tenants = [...byTenant.values()];
  const all = sum(tenants, queriesOf);
  return {
    kind: 'tracked',
    top: tenants
      .map((tenant) => ({ ...tenant, share: all === 0 ? 0 : queriesOf(tenant) / all }))
      .sort((a, b) => b.share - a.share),
    nodes: following.map(formatNode),
  };
}

function addTenant(a: TenantCount, b: TenantCount): TenantCount {
  return {
    ...a,
    readsNow: a.readsNow + b.readsNow,
    readsBefore: a.readsBefore + b.readsBefore,
    queriesNow: a.queriesNow + b.queriesNow,
    queriesBefore: a.queriesBefore + b.queriesBefore,
    cpuSecondsNow: a.cpuSecondsNow + b.cpuSecondsNow,
    cpuSecondsBefore: a.cpuSecondsBefore + b.cpuSecondsBefore,
  };
}

function queriesOf({ queriesNow, queriesBefore }: TenantCount): number {
  return queriesNow + queriesBefore;
}

function onEveryNode(setting: string): string {
  return `ALTER SYSTEM SET ${setting}; SELECT pg_reload_conf(), on every node`;
}

function withPart<Part extends 'counters' | 'tenants'>(
  nodes: readonly NodeSample[],
  part: Part,
): readonly (NodeSample & { readonly [Key in Part]: NonNullable<NodeSample[Key]> })[] {
  return nodes.filter(
    (node): node is NodeSample & { readonly [Key in Part]: NonNullable<NodeSample[Key]> } =>
      node[part] !== undefined,
  );
}

function sum<Item>(items: readonly Item[], number: (item: Item) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}
