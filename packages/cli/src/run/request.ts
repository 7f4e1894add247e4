import { UsageError } from '@shardwright/core';
import { type LargeObjectChoice, type LoadPath, largeObjectChoices, loadPaths } from '@shardwright/migrator';
import type { Arguments } from '../arguments.ts';
import { byteSize } from '../cluster/byte-size.ts';
import { type MetricsAddress, readMetricsAddress } from './metrics-address.ts';

/** What `migrate run` was asked for, with every value checked. */
export interface RunRequest {
  readonly directory: string;
  readonly source: string;
  readonly target: string;
  readonly jobs?: number;
  readonly load?: LoadPath;
  readonly chunkBytes?: number;
  readonly withoutForeignKeys: readonly string[];
  readonly countBrokenKeys: boolean;
  readonly largeObjects?: LargeObjectChoice;
  /** Infinity: any. */
  readonly replicaLagSeconds?: number;
  /** Infinity: any. */
  readonly othersActive?: number;
  readonly metrics?: MetricsAddress;
  readonly report?: ReportFile;
}

/** Where the report goes, and what its ending says it is. */
interface ReportFile {
  readonly path: string;
  readonly format: 'html' | 'markdown' | 'json';
}

const formats = { html: 'html', htm: 'html', md: 'markdown', json: 'json' } as const;
const leastChunkBytes = 2 ** 20;

/** Throws {@link UsageError} for what does not fit. */
export function readRunRequest(args: Arguments): RunRequest {
  const jobs = args.wholeNumber('jobs');
  const load = args.choice('load', loadPaths);
  const chunkSize = args.text('chunk-size');
  const largeObjects = args.choice('large-objects', largeObjectChoices);
  const lagMs = unlessOff(args, 'max-replica-lag', () => args.durationMs('max-replica-lag'));
  const othersActive = unlessOff(args, 'max-active', () => args.wholeNumber('max-active', 0));
  const metrics = args.text('metrics');
  const report = args.text('report');
  return {
    directory: args.required('directory'),
    source: args.required('source'),
    target: args.required('target'),
    withoutForeignKeys: args.list('without-foreign-key'),
    countBrokenKeys: !args.flag('unchecked'),
    ...(jobs === undefined ? {} : { jobs }),
    ...(load === undefined ? {} : { load }),
    ...(chunkSize === undefined ? {} : { chunkBytes: chunkBytes(chunkSize) }),
    ...(largeObjects === undefined ? {} : { largeObjects }),
    ...(lagMs === undefined ? {} : { replicaLagSeconds: lagMs / 1000 }),
    ...(othersActive === undefined ? {} : { othersActive }),
    ...(metrics === undefined ? {} : { metrics: readMetricsAddress(metrics) }),
    ...(report === undefined ? {} : { report: { path: report, format: formatOf(report) } }),
  };
}

function unlessOff(args: Arguments, name: string, read: () => number | undefined): number | undefined {
  return args.text(name) === 'off' ? Number.POSITIVE_INFINITY : read();
}

function chunkBytes(text: string): number {
  const bytes = byteSize('chunk-size', text);
  if (bytes >= leastChunkBytes) return bytes;
  throw new UsageError('--chunk-size takes at least 1MB', {
    hint: 'each chunk is a transaction: with small ones most of the time goes into those.',
  });
}

function formatOf(path: string): ReportFile['format'] {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = (formats as Readonly<Record<string, ReportFile['format']>>)[ending];
  if (format !== undefined) return format;
  throw new UsageError(`--report takes a file that ends in .html, .md or .json, not "${path}"`);
}
