import type { Alert, AlertRule, AlertSeverity, Watched } from './alert.ts';
import { connectionRules } from './connection-rules.ts';
import { nodeRules } from './node-rules.ts';
import { sessionRules } from './session-rules.ts';
import { shardRules } from './shard-rules.ts';
import { workloadRules } from './workload-rules.ts';

/** Every rule, as docs/cluster.md lists them. */
export const alertRules: readonly AlertRule[] = [
  ...nodeRules,
  ...connectionRules,
  ...sessionRules,
  ...shardRules,
  ...workloadRules,
];

const order: readonly AlertSeverity[] = ['error', 'warning', 'info'];

/** All that the rules find, worst first. */
export function findAlerts(watched: Watched): readonly Alert[] {
  return alertRules
    .flatMap(({ id, find }) => find(watched).map((alert): Alert => ({ rule: id, ...alert })))
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
