import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, type QualifiedName } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import { planDigest } from '../journal/journal.ts';
import type { SequencePosition } from '../run/finish.ts';
import type { Compression } from './compression.ts';

/** How rows are written into files. */
export const fileFormats = ['binary', 'csv'] as const;

/** One of {@link fileFormats}. */
export type FileFormat = (typeof fileFormats)[number];

/** A file of rows as `COPY` writes them, compressed or not. */
export interface ExportedFile {
  /** Below the directory. */
  readonly name: string;
  readonly rows: number;
  /** As the file lies on the disk. */
  readonly bytes: number;
  /** Of the same bytes, in hexadecimal. */
  readonly sha256: string;
}

/** One chunk of a table. */
export interface ExportedChunk extends ExportedFile {
  /** Counted from 0; -1 for rows that have no shard, with a reason each. */
  readonly chunk: number;
}

/** A table in files. */
export interface ExportedTable extends QualifiedName {
  readonly format: FileFormat;
  /** Why the format is not the one that was asked for; empty where it is. */
  readonly why: string;
  /** Of every row, in order, with their types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
  readonly files: readonly ExportedChunk[];
}

/** What an export holds, written once all of it is there. */
export interface ExportManifest {
  readonly manifestVersion: '1.0';
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** SHA-256 of the plan that decided how rows are read; absent where tables were taken as they are. */
  readonly planDigest?: string;
  readonly source: {
    /** `user@host:port/database`. */
    readonly name: string;
    readonly identity: string;
    /** As `server_version_num`. */
    readonly version: number;
  };
  /** Of which moment all rows are, as `txid_current_snapshot` prints it. */
  readonly snapshot: string;
  readonly compression: Compression;
  readonly tables: readonly ExportedTable[];
  /** Where sequences stood once all rows were read. */
  readonly sequences: readonly (QualifiedName & SequencePosition)[];
  /** Of this document as compact JSON, without this member. */
  readonly sha256: string;
}

/** An export that is whole as far as names and sizes tell. */
export interface FoundExport {
  readonly manifest: ExportManifest;
  /** Absent where tables were taken as they are. */
  readonly plan?: Plan;
}

/** Names within an export's directory. */
export const exportNames = { manifest: 'manifest.json', plan: 'plan.json', rows: 'rows' } as const;

/** A manifest with its digest. */
export function sealed(manifest: Omit<ExportManifest, 'sha256'>): ExportManifest {
  return { ...manifest, sha256: digestOf(manifest) };
}

function digestOf(manifest: object): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

/**
 * Reads an export and looks whether every file is there, in its length; what is in them is looked at when they are
 * loaded. Throws {@link InputError} that names what is wrong.
 */
export async function readExport(directory: string): Promise<FoundExport> {
  const manifest = await readManifest(directory);
  const found = { manifest, ...(await readPlanOf(directory, manifest)) };
  for (const { name, bytes } of manifest.tables.flatMap(({ files }) => files)) {
    const file = join(directory, name);
    const size = await stat(file).then(
      (one) => one.size,
      () => undefined,
    );
    if (size === bytes) continue;
    const what =
      size === undefined
        ? 'the manifest lists this file, and it is not there'
        : `the manifest says ${bytes} bytes, and the file has ${size}`;
    throw new InputError(what, { input: file }, { hint: copyAgain });
  }
  return found;
}

/** What helps against damage on the way. */
export const copyAgain = 'Copy it once more from where it was exported; what is loaded already stays.';

async function readManifest(directory: string): Promise<ExportManifest> {
  const input = join(directory, exportNames.manifest);
  let text: string;
  try {
    text = await readFile(input, 'utf8');
  } catch (cause) {
    throw new InputError(
      'there is no manifest to read, and without it no export is whole',
      { input },
      {
        hint: 'Name the directory that migrate export wrote; if it was stopped, run the same command again to its end.',
        cause,
      },
    );
  }
  const { sha256, ...rest } = parse(text) ?? {};
  if (rest.manifestVersion !== undefined && rest.manifestVersion !== '1.0') {
    throw new InputError(
      `this is a manifest of version ${rest.manifestVersion}`,
      { input },
      { hint: 'Import it with the version of Shardwright that exported it.' },
    );
  }
  if (sha256 !== digestOf(rest)) {
    throw new InputError('the manifest is not as it was written', { input }, { hint: copyAgain });
  }
  return { ...(rest as Omit<ExportManifest, 'sha256'>), sha256 };
}

async function readPlanOf(directory: string, manifest: ExportManifest): Promise<{ readonly plan?: Plan }> {
  if (manifest.planDigest === undefined) return {};
  const input = join(directory, exportNames.plan);
  const plan = parse(await readFile(input, 'utf8').catch(() => '')) as Plan | undefined;
  if (plan && planDigest(plan) === manifest.planDigest) return { plan };
  throw new InputError(
    'this is not the plan that the rows were exported with',
    { input },
    { hint: copyAgain },
  );
}

function parse(text: string): Partial<ExportManifest> | undefined {
  try {
    return JSON.parse(text) as Partial<ExportManifest>;
  } catch {
    return undefined;
  }
}
