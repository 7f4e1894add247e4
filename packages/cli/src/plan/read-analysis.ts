import { open, readFile } from 'node:fs/promises';
import type { Analysis } from '@shardwright/analyzer';
import { InputError } from '@shardwright/core';

/** Whether an input is a file that begins as JSON does; no dump does. */
export async function isAnalysisFile(input: string): Promise<boolean> {
  if (input === '-' || /^[a-z][a-z0-9+.-]*:\/\//i.test(input)) return false;
  try {
    await using file = await open(input);
    if (!(await file.stat()).isFile()) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('utf8', 0, bytesRead).trimStart().startsWith('{');
  } catch {
    // Whoever reads it next says what is wrong with it.
    return false;
  }
}

/** An analysis that `migrate analyze --format json` wrote. Throws {@link InputError} for any other document. */
export async function readAnalysis(path: string): Promise<Analysis> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`this is not JSON: ${why}`, { input: path }, { hint: again, cause });
  }
  if (!isAnalysis(document)) {
    throw new InputError('this is JSON, but no analysis of version 1.0', { input: path }, { hint: again });
  }
  return document;
}

const again = 'Give what migrate analyze --format json wrote, or the dump or database itself.';

/** Whether the parts that a plan rests on are there; what is inside them is ours. */
function isAnalysis(document: unknown): document is Analysis {
  if (typeof document !== 'object' || document === null) return false;
  const found = document as Readonly<Record<keyof Analysis, unknown>>;
  const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;
  return (
    found.schemaVersion === '1.0' &&
    [found.origin, found.fingerprint, found.options, found.headline].every(isRecord) &&
    [found.tables, found.colocationGroups, found.relations].every(Array.isArray)
  );
}
