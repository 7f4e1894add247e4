export { type Connection, type ConnectionConfig, type ConnectOptions, connect } from './connect.ts';
export { errorCode } from './failure.ts';
export { attempt, inSnapshot, type SnapshotLimits } from './snapshot.ts';
