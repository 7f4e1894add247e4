export type { Alert, AlertSeverity } from './alerts/alert.ts';
export { defaultThresholds, readThresholds, type Thresholds, thresholds } from './alerts/thresholds.ts';
export { duration as formatDuration } from './alerts/words.ts';
export { type Monitor, type MonitorOptions, openMonitor } from './open-monitor.ts';
export type { Sample } from './sample.ts';
export type { MonitorSnapshot, NodeReport, Session } from './snapshot.ts';
export { type SummaryOptions, summarize } from './summarize.ts';
