export {
  type Connection,
  type ConnectionConfig,
  type ConnectOptions,
  connect,
  type ServerNotice,
} from './connect.ts';
export { errorCode } from './failure.ts';
export { attempt, inSnapshot, type SnapshotLimits } from './snapshot.ts';
