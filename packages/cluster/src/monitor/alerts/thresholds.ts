import { UsageError } from '@shardwright/core';

/** What can be set with `--threshold`. */
export type ThresholdName =
  | 'connections-used'
  | 'connections-exhausted'
  | 'blocked-seconds'
  | 'blocked-long-seconds'
  | 'idle-in-transaction-seconds'
  | 'transaction-seconds'
  | 'query-seconds'
  | 'prepared-seconds'
  | 'slot-retained-bytes'
  | 'standby-lag-seconds'
  | 'transaction-age'
  | 'transaction-age-error'
  | 'cache-hit'
  | 'shard-skew'
  | 'node-skew'
  | 'skew-bytes'
  | 'leftovers'
  | 'multi-shard-share'
  | 'tenant-share';

interface Threshold {
  readonly value: number;
  readonly unit: 'share' | 'seconds' | 'bytes' | 'count' | 'ratio';
  /** What happens from there on. */
  readonly what: string;
}

/** From where on alerts are raised; the table in docs/cluster.md lists them. */
export const thresholds: Readonly<Record<ThresholdName, Threshold>> = {
  'connections-used': {
    value: 0.8,
    unit: 'share',
    what: 'of a node’s usable connections taken: a warning',
  },
  'connections-exhausted': {
    value: 0.95,
    unit: 'share',
    what: 'of a node’s usable connections taken: an error',
  },
  'blocked-seconds': { value: 5, unit: 'seconds', what: 'a session waits for a lock: a warning' },
  'blocked-long-seconds': { value: 60, unit: 'seconds', what: 'a session waits for a lock: an error' },
  'idle-in-transaction-seconds': {
    value: 60,
    unit: 'seconds',
    what: 'a transaction is open while its client does nothing',
  },
  'transaction-seconds': { value: 900, unit: 'seconds', what: 'a transaction is open' },
  'query-seconds': { value: 300, unit: 'seconds', what: 'a query runs' },
  'prepared-seconds': {
    value: 120,
    unit: 'seconds',
    what: 'a prepared transaction waits for its second phase; Citus finishes its own every minute',
  },
  'slot-retained-bytes': { value: 1e9, unit: 'bytes', what: 'WAL that a slot keeps from removal' },
  'standby-lag-seconds': { value: 30, unit: 'seconds', what: 'a standby is behind' },
  'transaction-age': {
    value: 500e6,
    unit: 'count',
    what: 'transactions since the oldest row that is not frozen: a warning; two thousand million are the end',
  },
  'transaction-age-error': { value: 1.5e9, unit: 'count', what: 'the same: an error' },
  'cache-hit': {
    value: 0.9,
    unit: 'share',
    what: 'of blocks found in shared buffers, below which is a warning',
  },
  'shard-skew': { value: 4, unit: 'ratio', what: 'a table’s largest shard over the mean of its shards' },
  'node-skew': { value: 1.5, unit: 'ratio', what: 'the fullest node’s shards over the mean of the nodes' },
  'skew-bytes': { value: 1e9, unit: 'bytes', what: 'tables and clusters below are not looked at for skew' },
  leftovers: { value: 20, unit: 'count', what: 'objects that moves left to be cleaned up' },
  'multi-shard-share': { value: 0.5, unit: 'share', what: 'of queries that touch several shards' },
  'tenant-share': { value: 0.5, unit: 'share', what: 'of queries that one tenant makes' },
};

/** Shares from 0 to 1, seconds, bytes and numbers, by name. */
export type Thresholds = Readonly<Record<ThresholdName, number>>;

const names = Object.keys(thresholds) as readonly ThresholdName[];

/** What holds where nothing else is asked for. */
export const defaultThresholds: Thresholds = Object.fromEntries(
  names.map((name) => [name, thresholds[name].value]),
) as Thresholds;

/** Reads `name=value`; shares as 0.8 or 80%, times as 90s or 5min, sizes as 2GB. Throws {@link UsageError}. */
export function readThresholds(texts: readonly string[]): Partial<Thresholds> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, written = text, value = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
      const name = names.find((candidate) => candidate === written.trim());
      if (name === undefined) {
        throw new UsageError(`there is no threshold named "${written}"`, {
          hint: `Thresholds are ${names.join(', ')}; write them as ${names[0]}=0.9.`,
        });
      }
      return [name, readValue(name, value.trim())];
    }),
  );
}

const factors: Readonly<Record<Threshold['unit'], Readonly<Record<string, number>>>> = {
  share: { '': 1, '%': 0.01 },
  seconds: { '': 1, ms: 0.001, s: 1, min: 60, h: 3600 },
  bytes: { '': 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  count: { '': 1, k: 1e3, M: 1e6 },
  ratio: { '': 1 },
};

const samples: Readonly<Record<Threshold['unit'], string>> = {
  share: 'a share such as 0.8 or 80%',
  seconds: 'a time such as 90s or 5min',
  bytes: 'a size such as 500MB or 2GB',
  count: 'a number such as 20 or 500M',
  ratio: 'a number such as 1.5',
};

function readValue(name: ThresholdName, text: string): number {
  const { unit } = thresholds[name];
  const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)\s*([a-zA-Z%]*)$/.exec(text) ?? [];
  const factor = factors[unit][suffix];
  if (digits === '' || factor === undefined) {
    throw new UsageError(`the threshold ${name} takes ${samples[unit]}, not "${text}"`);
  }
  return Number(digits) * factor;
}
