import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from '@shardwright/core';
import type { Plan } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import type { JournalledLoad } from '../journal/journal.ts';
import type { Compression } from './compression.ts';
import { type ExportedChunk, type ExportManifest, exportNames, type FileFormat } from './manifest.ts';
import { syncDirectory, writeFailure } from './row-file.ts';

/** What an export is of; one that was stopped goes on only as the same. */
export interface ExportIdentity {
  readonly sourceIdentity: string;
  readonly planDigest?: string;
  readonly tables: readonly string[];
  readonly format: FileFormat;
  readonly compression: Compression;
}

/** A chunk that is safe on the disk. */
export interface WrittenChunk extends ExportedChunk {
  readonly relation: string;
  /** Goes up when a table is begun anew. */
  readonly generation: number;
}

type Entry =
  | { readonly kind: 'export'; readonly of: ExportIdentity }
  | { readonly kind: 'tables'; readonly loads: readonly JournalledLoad[] }
  | { readonly kind: 'chunk'; readonly chunk: WrittenChunk };

/** Lies in the directory until the manifest does: an object a line, each on the disk before the next thing is done. */
const journalName = 'unfinished.ndjson';

/** A directory that an export goes into, and what is in it already. */
export class ExportDirectory implements AsyncDisposable {
  readonly path: string;
  /** How tables are cut, by relation. */
  readonly loads: Map<string, JournalledLoad>;
  /** Of the present generation of each table. */
  readonly chunks: WrittenChunk[];
  readonly #journal: FileHandle;

  private constructor(path: string, journal: FileHandle, entries: readonly Entry[]) {
    this.path = path;
    this.#journal = journal;
    this.loads = loadsOf(entries);
    this.chunks = chunksOf(entries, this.loads);
  }

  /** Makes the directory, or takes up what was stopped in it. Throws {@link UsageError} where it holds anything else. */
  static async open(
    path: string,
    identity: ExportIdentity,
    plan: Plan | undefined,
  ): Promise<ExportDirectory> {
    await checkExportDirectory(path);
    try {
      await mkdir(join(path, exportNames.rows), { recursive: true });
      const earlier = await readEntries(path);
      refuseOther(path, earlier, identity);
      if (plan) await writeWhole(join(path, exportNames.plan), `${JSON.stringify(plan, null, 2)}\n`);
      const found = await onlyWhole(path, earlier);
      const entries: readonly Entry[] = found.length > 0 ? found : [{ kind: 'export', of: identity }];
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      // Anew, as a crash may have left half a line.
      await writeWhole(join(path, journalName), lines);
      return new ExportDirectory(path, await open(join(path, journalName), 'a'), entries);
    } catch (error) {
      throw error instanceof UsageError ? error : writeFailure(path, error);
    }
  }

  /**
   * Writes down how tables are cut from now on; what was written of them before counts no more. All in one line: of tables
   * that depend on one another, none must seem unchanged because another was begun anew already.
   */
  async beginTables(loads: readonly JournalledLoad[]): Promise<void> {
    if (loads.length === 0) return;
    await this.#append({ kind: 'tables', loads });
    for (const load of loads) this.loads.set(load.relation, load);
    const kept = this.chunks.filter((chunk) => isOfPresent(chunk, this.loads));
    this.chunks.splice(0, this.chunks.length, ...kept);
  }

  async add(chunk: WrittenChunk): Promise<void> {
    await this.#append({ kind: 'chunk', chunk });
    this.chunks.push(chunk);
  }

  /** Removes what does not belong, and writes the manifest: from then on the export is whole. */
  async finish(manifest: ExportManifest): Promise<void> {
    const { path } = this;
    try {
      const listed = new Set(manifest.tables.flatMap(({ files }) => files.map(({ name }) => name)));
      for (const name of await readdir(join(path, exportNames.rows))) {
        const inside = `${exportNames.rows}/${name}`;
        if (!listed.has(inside)) await rm(join(path, inside));
      }
      await writeWhole(join(path, exportNames.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
      await rm(join(path, journalName));
    } catch (error) {
      throw writeFailure(path, error);
    }
  }

  async #append(entry: Entry): Promise<void> {
    try {
      await this.#journal.appendFile(`${JSON.stringify(entry)}\n`);
      await this.#journal.datasync();
    } catch (error) {
      throw writeFailure(join(this.path, journalName), error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal.close();
  }
}

/** Refuses a directory that cannot take an export, before any work is done for it. Throws {@link UsageError}. */
export async function checkExportDirectory(path: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') return;
    const why = code === 'ENOTDIR' ? 'it is no directory' : String(cause);
    throw new UsageError(`cannot export to ${path}: ${why}`, { hint: 'Name a new directory.', cause });
  }
  if (names.includes(exportNames.manifest)) {
    throw new UsageError(`${path} holds an export that is whole`, {
      hint: 'Name a new directory, or remove that one if it is not wanted any more.',
    });
  }
  if (names.length === 0 || names.includes(journalName)) return;
  const [first, ...rest] = [...names].sort();
  throw new UsageError(
    `${path} holds something else: ${first}${rest.length === 0 ? '' : ` and ${rest.length} more`}`,
    { hint: 'Name a new directory.' },
  );
}

/** Holds, as long as the source's session lasts, that nobody else exports from it into the directory. */
export async function takeDirectory(path: string, session: Connection): Promise<void> {
  const place = createHash('sha256')
    .update(`${hostname()} ${resolve(path)}`)
    .digest();
  const [lock] = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    String(place.readBigInt64BE()),
  ]);
  if (lock?.taken) return;
  throw new UsageError(`another export into ${path} is at work`, {
    hint: 'Let it end, or end it with Ctrl-C where it runs.',
  });
}

async function readEntries(path: string): Promise<readonly Entry[]> {
  const text = await readFile(join(path, journalName), 'utf8').catch(() => '');
  // What follows the last line break was not written to its end.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}

function refuseOther(path: string, entries: readonly Entry[], identity: ExportIdentity): void {
  const [begun] = entries.flatMap((entry) => (entry.kind === 'export' ? [entry.of] : []));
  if (begun === undefined) return;
  const names = {
    sourceIdentity: 'another database',
    planDigest: 'another plan, or none',
    tables: 'other tables',
    format: `--format ${begun.format}`,
    compression: `--compress ${begun.compression}`,
  } as const satisfies Record<keyof ExportIdentity, string>;
  const differing = (Object.keys(names) as (keyof ExportIdentity)[]).filter(
    (key) => JSON.stringify(begun[key]) !== JSON.stringify(identity[key]),
  );
  if (differing.length === 0) return;
  throw new UsageError(
    `${path} holds an unfinished export of ${differing.map((key) => names[key]).join(', with ')}`,
    { hint: 'Run that one to its end, or name a new directory.' },
  );
}

/** Without chunks whose files are not there as they were written. */
async function onlyWhole(path: string, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const kept: Entry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'chunk' && !(await isThere(path, entry.chunk))) continue;
    kept.push(entry);
  }
  return kept;
}

async function isThere(path: string, { name, bytes }: ExportedChunk): Promise<boolean> {
  const found = await stat(join(path, name)).catch(() => undefined);
  return found?.size === bytes;
}

function loadsOf(entries: readonly Entry[]): Map<string, JournalledLoad> {
  const loads = entries.flatMap((entry) => (entry.kind === 'tables' ? entry.loads : []));
  return new Map(loads.map((load) => [load.relation, load]));
}

function chunksOf(entries: readonly Entry[], loads: ReadonlyMap<string, JournalledLoad>): WrittenChunk[] {
  return entries.flatMap((entry) =>
    entry.kind === 'chunk' && isOfPresent(entry.chunk, loads) ? [entry.chunk] : [],
  );
}

function isOfPresent(
  { relation, generation }: WrittenChunk,
  loads: ReadonlyMap<string, JournalledLoad>,
): boolean {
  return loads.get(relation)?.generation === generation;
}

/** Writes a file so that it is whole or not there, whatever happens to the machine. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.part`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncDirectory(join(path, '..'));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
