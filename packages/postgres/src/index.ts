export {
  type Connection,
  type ConnectionConfig,
  type ConnectOptions,
  type CopyInput,
  connect,
  type ServerNotice,
} from './connect.ts';
export type { TakeMessages } from './copy/copy-out.ts';
export type { CopyMessages } from './copy/message-cutter.ts';
export { errorCode } from './failure.ts';
export { attempt, inSnapshot, type SnapshotLimits } from './snapshot.ts';
