import type { MonitorSnapshot } from '../snapshot.ts';

/** How bad something is: an error harms now, a warning soon or in part, info is worth knowing. */
export type AlertSeverity = 'error' | 'warning' | 'info';

/** One thing that somebody should look at. */
export interface Alert {
  /** The rule's id, as docs/cluster.md lists it. */
  readonly rule: string;
  readonly severity: AlertSeverity;
  /** Where, when it is about one node. */
  readonly node?: string;
  readonly what: string;
  /** What was seen that shows it. */
  readonly evidence: string;
  readonly fix: string;
}

/** What rules look at: everything but the alerts themselves. */
export type Watched = Omit<MonitorSnapshot, 'alerts'>;

/** One thing that can go wrong. */
export interface AlertRule {
  readonly id: string;
  readonly find: (watched: Watched) => readonly Omit<Alert, 'rule'>[];
}
