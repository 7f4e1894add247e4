import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@shardwright/core';
import { type Compression, compressions, type FileFormat, fileFormats } from '@shardwright/migrator';
import type { Arguments } from '../arguments.ts';
import { byteSize } from '../cluster/byte-size.ts';

/** What `migrate export` was asked for, with every value checked. */
export interface ExportRequest {
  readonly source: string;
  readonly directory: string;
  /** Where the plan is; absent: tables as they are. */
  readonly plan?: string;
  readonly tables: readonly string[];
  readonly format: FileFormat;
  readonly compression: Compression;
  readonly jobs?: number;
  readonly chunkBytes?: number;
}

const leastChunkBytes = 2 ** 20;

/** Throws {@link UsageError} for what does not fit. */
export async function readExportRequest(args: Arguments): Promise<ExportRequest> {
  const first = args.text('plan');
  const isPlan = first !== undefined && (await namesPlan(first));
  const tables = args.list('tables');
  const jobs = args.wholeNumber('jobs');
  const chunkSize = args.text('chunk-size');
  return {
    source: args.required('source'),
    directory: args.required('out'),
    ...(isPlan ? { plan: first } : {}),
    tables: isPlan || first === undefined ? tables : [first, ...tables],
    format: args.choice('format', fileFormats) ?? 'binary',
    compression: args.choice('compress', compressions) ?? 'none',
    ...(jobs === undefined ? {} : { jobs }),
    ...(chunkSize === undefined ? {} : { chunkBytes: chunkBytes(chunkSize) }),
  };
}

/** Tables have names without slashes, as a rule, and no plan in a directory of that name. */
async function namesPlan(word: string): Promise<boolean> {
  if (word.includes('/') || word.endsWith('.json')) return true;
  return await stat(join(word, 'plan.json')).then(
    () => true,
    () => false,
  );
}

function chunkBytes(text: string): number {
  const bytes = byteSize('chunk-size', text);
  if (bytes >= leastChunkBytes) return bytes;
  throw new UsageError('--chunk-size takes at least 1MB', { hint: 'each chunk is a file.' });
}
