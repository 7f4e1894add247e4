import { type FileHandle, link, open, rm } from 'node:fs/promises';
import {
  type Context,
  displayName,
  nameKey,
  type QualifiedName,
  quoteIdentifier,
  quoteLiteral,
  quoteQualifiedName,
  UsageError,
} from '@shardwright/core';
import { isBeforeLoad, type Plan, type Step } from '@shardwright/planner';
import type { Connection, CopyMessages } from '@shardwright/postgres';
import type { Migration } from '../journal/journal.ts';
import { backUpObjects } from './back-up-objects.ts';

/** What a backup holds. */
export interface Backup {
  readonly file: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
  /** Whether a rollback wrote it before it was stopped. */
  readonly isEarlier: boolean;
}

/** What goes into it. */
export interface BackupContent {
  readonly plan: Plan;
  readonly migration: Migration;
  /** Steps that were done, in order. */
  readonly done: readonly Step[];
  /** Tables that hold rows themselves. */
  readonly tables: readonly QualifiedName[];
}

const messageHeaderBytes = 5;

/**
 * Writes a script for psql that makes everything again in an empty Citus database: tables, rows, large objects,
 * keys and all the rest, positions of sequences. The file is new, whole, for its owner only, and on the disk when this returns. Throws
 * {@link UsageError} where it cannot be written, {@link DatabaseError} where rows cannot be read.
 */
export async function writeBackup(
  path: string,
  content: BackupContent,
  session: Connection,
  context: Context,
): Promise<Backup> {
  const earlier = await findEarlier(path, content.migration);
  if (earlier) return earlier;
  const part = `${path}.part`;
  const file = await create(part, path);
  try {
    const written = await writeScript(file, content, session, context);
    await file.sync();
    // Refused where somebody has made that file in the meantime.
    await link(part, path);
    return { file: path, tables: content.tables.length, ...written, isEarlier: false };
  } finally {
    await file.close();
    await rm(part, { force: true });
  }
}

/** Throws {@link UsageError} for a file that is there, unless a rollback of this migration wrote it and went on. */
async function findEarlier(path: string, { id, state }: Migration): Promise<Backup | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return undefined;
  }
  await using found = file;
  const { size: bytes } = await found.stat();
  const end = Buffer.alloc(Math.min(bytes, 200));
  await found.read(end, 0, end.length, bytes - end.length);
  const [, rows, tables, migration] = lastLine.exec(end.toString()) ?? [];
  if (state === 'taking back' && migration === id) {
    return { file: path, tables: Number(tables), rows: Number(rows), bytes, isEarlier: true };
  }
  throw new UsageError(`cannot write the backup to ${path}: it is there already`, {
    hint: 'Name a new file: a backup is never written over.',
  });
}

const lastLine = /^-- The end: (\d+) rows of (\d+) tables of migration (\S+)\n$/m;

/** Anew: one that is there was left by a rollback that was killed. */
async function create(part: string, path: string): Promise<FileHandle> {
  try {
    await rm(part, { force: true });
    return await open(part, 'wx', 0o600);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`cannot write the backup to ${path}: ${why}`, {
      hint: 'Name a file that can be made.',
      cause,
    });
  }
}

async function writeScript(
  file: FileHandle,
  { plan, done, tables, migration }: BackupContent,
  session: Connection,
  context: Context,
): Promise<Pick<Backup, 'rows' | 'bytes'>> {
  let [rows, bytes] = [0, 0];
  const write = async (text: string | Buffer): Promise<void> => {
    await file.appendFile(text);
    bytes += Buffer.byteLength(text);
  };
  await write(head(session.target, plan, done));
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  for (const [index, table] of tables.entries()) {
    context.signal.throwIfAborted();
    context.emit({
      kind: 'progress',
      phase: 'writing the backup',
      done: index,
      total: tables.length,
      unit: 'tables',
      subject: displayName(table),
    });
    rows += await writeRows(table, session, write);
  }
  await backUpObjects(session, write);
  await write(await tail(plan, done, session));
  await session.query('COMMIT');
  await write(`-- The end: ${rows} rows of ${tables.length} tables of migration ${migration.id}\n`);
  return { rows, bytes };
}

function head(target: string, plan: Plan, done: readonly Step[]): string {
  const before = done.filter(({ phase }) => isBeforeLoad(phase));
  return [
    `-- Backup of ${target}, taken before its migration was taken back.`,
    '-- Brings everything back into an empty database with the extension citus:',
    '--   psql -X -v ON_ERROR_STOP=1 -f THIS-FILE "$TARGET"',
    // Answers of functions are of no interest.
    '\\o /dev/null',
    "SET client_encoding = 'UTF8';",
    'SET standard_conforming_strings = on;',
    'SET client_min_messages = warning;',
    ...plan.session.map(terminated),
    ...before.flatMap(({ apply }) => apply.map(terminated)),
    '',
  ].join('\n');
}

async function writeRows(
  table: QualifiedName,
  session: Connection,
  write: (bytes: string | Buffer) => Promise<void>,
): Promise<number> {
  const name = quoteQualifiedName(table);
  const columns = await session.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [name],
  );
  const list = columns.length === 0 ? '' : ` (${columns.map((one) => quoteIdentifier(one.name)).join(', ')})`;
  await write(`\nCOPY ${name}${list} FROM stdin;\n`);
  const rows = await session.copyOut(`COPY ${name}${list} TO STDOUT`, (messages) =>
    write(Buffer.concat(linesOf(messages))),
  );
  await write('\\.\n');
  return rows;
}

function linesOf({ bytes, start, end }: CopyMessages): readonly Buffer[] {
  const lines: Buffer[] = [];
  let at = start;
  while (at < end) {
    const next = at + 1 + bytes.readUInt32BE(at + 1);
    lines.push(bytes.subarray(at + messageHeaderBytes, next));
    at = next;
  }
  return lines;
}

async function tail(plan: Plan, done: readonly Step[], session: Connection): Promise<string> {
  const positions: string[] = [];
  const there = await session.query<{ schema: string; name: string }>(
    `SELECT nspname AS schema, relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'S'`,
  );
  const known = new Set(there.map(nameKey));
  for (const sequence of plan.sequences) {
    if (!known.has(nameKey(sequence))) continue;
    const name = quoteQualifiedName(sequence);
    const [at] = await session.query<{ last: string; called: boolean }>(
      `SELECT last_value AS last, is_called AS called FROM ${name}`,
    );
    if (at) positions.push(`SELECT pg_catalog.setval(${quoteLiteral(name)}, ${at.last}, ${at.called});`);
  }
  const after = done.filter(({ phase }) => !isBeforeLoad(phase));
  return ['', ...after.flatMap(({ apply }) => apply.map(terminated)), ...positions, ''].join('\n');
}

/** On a line of its own where a comment could swallow it. */
function terminated(sql: string): string {
  return sql.slice(sql.lastIndexOf('\n') + 1).includes('--') ? `${sql}\n;` : `${sql};`;
}
