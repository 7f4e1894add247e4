import { type Dirent, renameSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@shardwright/core';

/** The files of a plan. */
export const planFiles = [
  'plan.json',
  'migration.sql',
  'rollback.sql',
  'checks.sql',
  'backfill.sql',
  'table-analysis.txt',
  'README.md',
] as const;

/** One text for each of {@link planFiles}. */
export type PlanTexts = Readonly<Record<(typeof planFiles)[number], string>>;

/** Refuses a directory that cannot take a plan before any work is done for it. */
export async function checkPlanDirectory(path: string, force: boolean): Promise<void> {
  const entries = (await entriesOf(path)) ?? [];
  const isOurs = (entry: Dirent): boolean => planFiles.some((file) => file === entry.name);
  const blocking = entries.find((entry) => isOurs(entry) && entry.isDirectory());
  if (blocking !== undefined) {
    throw new UsageError(`cannot write the plan to ${path}: its ${blocking.name} is a directory`, {
      hint: 'name a new directory.',
    });
  }
  const others = entries.filter((entry) => !isOurs(entry)).map(({ name }) => name);
  if (others.length === 0 || force) return;
  const [first = '', ...rest] = others.sort();
  throw new UsageError(
    `${path} holds something else: ${first}${rest.length === 0 ? '' : ` and ${rest.length} more`}`,
    { hint: 'name a new directory, or add --force: only files of a plan are replaced.' },
  );
}

/** Writes a plan's files, all of them whole or none; the directory is made when it is missing. */
export async function writePlan(path: string, texts: PlanTexts): Promise<void> {
  const made = (await entriesOf(path)) === undefined;
  const temporary = (name: string): string => join(path, `.${name}.${process.pid}.part`);
  try {
    await mkdir(path, { recursive: true });
    for (const name of planFiles) await writeFile(temporary(name), texts[name]);
    // Without a pause, in which somebody could stop us between two of them.
    for (const name of planFiles) renameSync(temporary(name), join(path, name));
  } catch (error) {
    for (const name of planFiles) await rm(temporary(name), { force: true }).catch(() => {});
    if (made) await rmdir(path).catch(() => {});
    throw refusal(path, error);
  }
}

/** What a directory holds; `undefined` when it is not there. */
async function entriesOf(path: string): Promise<readonly Dirent[] | undefined> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw refusal(path, error);
  }
}

function refusal(path: string, cause: unknown): UsageError {
  const isFile = cause instanceof Error && 'code' in cause && cause.code === 'ENOTDIR';
  const why = isFile ? 'it is no directory' : cause instanceof Error ? cause.message : String(cause);
  return new UsageError(`cannot write the plan to ${path}: ${why}`, {
    hint: isFile ? 'name a directory.' : 'check the free space and the permissions there.',
    cause,
  });
}
