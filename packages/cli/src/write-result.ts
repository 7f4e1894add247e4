import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '@shardwright/core';
import type { OutputStream } from './surroundings.ts';

/** Writes and waits until the text is out; a reader that left early is not an error. */
export function writeText(stream: OutputStream, text: string): Promise<void> {
  return new Promise((done) => {
    if (text === '') done();
    else stream.write(text, () => done());
  });
}

/** Refuses a place that cannot be written before any work is done for it. */
export async function checkWritable(path: string): Promise<void> {
  const target = await describeTarget(path);
  if (target.kind === 'directory') throw refusal(path, 'it is a directory', 'name a file inside it.');
  try {
    await access(target.kind === 'special' ? path : dirname(target.path), constants.W_OK);
  } catch (error) {
    const missing = isErrno(error, 'ENOENT');
    throw refusal(
      path,
      missing ? `there is no directory ${dirname(path)}` : 'permission denied',
      missing ? `create it first: mkdir -p ${dirname(path)}` : 'choose a place you may write to.',
      error,
    );
  }
}

/** Writes a file under a temporary name and renames it: it is whole, or it is not there. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = await describeTarget(path);
  try {
    // Devices and pipes (/dev/stdout, /dev/null) cannot be renamed over.
    if (target.kind === 'special') return await writeFile(path, text);
    const temporary = join(dirname(target.path), `.${basename(target.path)}.${process.pid}.part`);
    try {
      await writeFile(temporary, text);
      await rename(temporary, target.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refusal(path, reason, 'check the free space and the permissions there.', error);
  }
}

async function describeTarget(
  path: string,
): Promise<{ kind: 'file' | 'directory' | 'special'; path: string }> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { kind: 'directory', path };
    // A symbolic link stays a link: its target is replaced.
    return found.isFile() ? { kind: 'file', path: await realpath(path) } : { kind: 'special', path };
  } catch {
    return { kind: 'file', path: resolve(path) };
  }
}

function refusal(path: string, why: string, hint: string, cause?: unknown): UsageError {
  return new UsageError(`cannot write the report to ${path}: ${why}`, { hint, cause });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
