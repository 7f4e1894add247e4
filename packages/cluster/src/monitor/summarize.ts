import { findAlerts } from './alerts/find-alerts.ts';
import { defaultThresholds, type Thresholds } from './alerts/thresholds.ts';
import { reportNode } from './node-report.ts';
import type { Sample } from './sample.ts';
import { mergeActivity } from './sessions.ts';
import { reportShards } from './shard-report.ts';
import type { MonitorSnapshot, NodeReport } from './snapshot.ts';
import { reportQueries, reportStatements, reportTenants } from './tracked.ts';

/** What a snapshot is made with. */
export interface SummaryOptions {
  /** An earlier sample of the same cluster: rates are over the time between. */
  readonly before?: Sample;
  readonly thresholds?: Partial<Thresholds>;
  /** Sessions, statements, tenants and tables to keep of each; 10 by default. */
  readonly top?: number;
}

/** Turns a sample into the document that users see; alerts are decided on everything that was read. */
export function summarize(sample: Sample, options: SummaryOptions = {}): MonitorSnapshot {
  const { before, top = 10 } = options;
  const thresholds = { ...defaultThresholds, ...options.thresholds };
  const { cluster } = sample;
  const nodes = sample.nodes.map((node) =>
    reportNode(node, {
      poolSize: cluster.poolSize,
      before: before?.nodes.find(({ id }) => id === node.id),
    }),
  );
  const statements = reportStatements(sample, before);
  const whole: Omit<MonitorSnapshot, 'alerts'> = {
    schemaVersion: 'monitor-1.0',
    takenAt: cluster.now,
    ...(before === undefined
      ? {}
      : { intervalSeconds: (Date.parse(cluster.now) - Date.parse(before.cluster.now)) / 1000 }),
    database: cluster.database,
    citusVersion: cluster.citusVersion,
    seesAllSessions: cluster.seesAllSessions,
    nodes,
    activity: mergeActivity(sample.nodes),
    shards: reportShards(sample),
    queries: reportQueries(sample, before),
    ...(statements === undefined ? {} : { statements }),
    tenants: reportTenants(sample),
    ...(sample.jobs === undefined ? {} : { jobs: sample.jobs }),
    problems: sample.problems.map((problem) => ({ ...problem, ...nodeName(problem.nodeId, nodes) })),
    thresholds,
  };
  const alerts = findAlerts(whole);
  return {
    ...whole,
    alerts,
    activity: { ...whole.activity, sessions: whole.activity.sessions.slice(0, Math.max(top, 1)) },
    shards: { ...whole.shards, tables: whole.shards.tables.slice(0, top) },
    ...(statements?.kind === 'tracked'
      ? { statements: { ...statements, top: statements.top.slice(0, top) } }
      : {}),
    tenants:
      whole.tenants.kind === 'tracked'
        ? { ...whole.tenants, top: whole.tenants.top.slice(0, top) }
        : whole.tenants,
  };
}

function nodeName(
  id: number | undefined,
  nodes: readonly NodeReport[],
): { readonly node: string } | undefined {
  const node = nodes.find((candidate) => candidate.id === id);
  return node && { node: node.node };
}
