import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError, type ExitCode, exitCode } from '@shardwright/core';
import { type MigrationStatus, readStatus } from '@shardwright/migrator';
import { frame } from '../cluster/monitor/frame.ts';
import type { CommandIo } from '../command-io.ts';
import { quarantineCommand, shownUrl } from '../run/next-commands.ts';
import { shellWord } from '../shell-word.ts';
import { writeText } from '../write-result.ts';
import { progressOf, standingOf } from './progress-of.ts';
import { statusText } from './status-text.ts';

/** Looks once; 1 where there is something to do. */
export async function showStatus(target: string, io: CommandIo): Promise<ExitCode> {
  const status = await readStatus(target);
  if (status === undefined) return nothingBegun(io);
  if (io.json) await io.printJson(documentOf(status));
  else {
    await io.print(statusText(status, styleOf(io)));
    const next = nextSteps(status, target);
    if (next.length > 0) await io.suggest(next);
  }
  return codeOf(status);
}

async function nothingBegun(io: CommandIo): Promise<ExitCode> {
  if (io.json) await io.printJson({ state: 'none' });
  else await io.print('No migration was begun on this target.\n');
  return exitCode.no;
}

/** Looks again and again, until it is done or somebody ends it. */
export async function watchStatus(target: string, intervalMs: number, io: CommandIo): Promise<ExitCode> {
  for (;;) {
    const status = await lookAgain(target, io);
    if (io.signal.aborted) return exitCode.yes;
    if (status === undefined) return nothingBegun(io);
    if (status !== 'unknown') {
      if (io.json) await io.printJson(documentOf(status), { compact: true });
      else await draw(statusText(status, styleOf(io)), io);
      if (standingOf(status) === 'done') return exitCode.yes;
    }
    await delay(intervalMs, undefined, { signal: io.signal }).catch(() => {});
    if (io.signal.aborted) return exitCode.yes;
  }
}

/** A coordinator that is restarted is waited for, as the run does. */
async function lookAgain(target: string, io: CommandIo): Promise<MigrationStatus | 'unknown' | undefined> {
  try {
    return await readStatus(target);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { message } = error;
    await io.note(`${message}; looking again`, { kind: 'warning', message });
    return 'unknown';
  }
}

async function draw(text: string, io: CommandIo): Promise<void> {
  const { stdout } = io;
  if (stdout.isTTY !== true) return io.print(`${text}\n`);
  const rows =
    'rows' in stdout && typeof stdout.rows === 'number' && stdout.rows > 0 ? stdout.rows : undefined;
  await writeText(stdout, frame(io.secrets.redact(text), rows));
}

function styleOf({ paint, stdout, width }: CommandIo): Parameters<typeof statusText>[1] {
  return { paint, nowMs: Date.now(), ...(stdout.isTTY === true ? { width } : {}) };
}

/** Chunk by chunk it would be long, and belongs into the report of a run. */
function documentOf(status: MigrationStatus): object {
  const { bytesPerSecond, secondsLeft, share } = progressOf(status, Date.now());
  return {
    ...status,
    standing: standingOf(status),
    share: share ?? null,
    bytesPerSecond: bytesPerSecond ?? null,
    secondsLeft: secondsLeft ?? null,
    steps: { total: status.steps.total, done: status.steps.done.length },
    tables: status.tables.map(({ history: _history, ...table }) => table),
  };
}

function codeOf(status: MigrationStatus): ExitCode {
  return standingOf(status) === 'interrupted' ? exitCode.no : exitCode.yes;
}

function nextSteps(
  status: MigrationStatus,
  target: string,
): readonly (readonly [commandLine: string, what: string])[] {
  const to = shownUrl(target);
  const { source } = status;
  // A dump is known by its path.
  const isOfDump = path.isAbsolute(source);
  switch (standingOf(status)) {
    case 'at work':
      return [[`migrate status --target ${to} --watch`, 'Look on until it is done']];
    case 'interrupted':
      if (status.state === 'taking back') {
        return [[`migrate rollback --target ${to}`, 'Go on with taking it back']];
      }
      return [
        isOfDump
          ? [`migrate run DIR --source ${shellWord(source)} --target ${to}`, 'Go on; DIR is the plan']
          : [`migrate run DIR --source URL --target ${to}`, `Go on; DIR is the plan, URL of ${source}`],
        [`migrate rollback --target ${to}`, 'Or show what taking all of it back would mean'],
      ];
    case 'done':
      return [
        ...(status.quarantine.length > 0
          ? [[quarantineCommand(target), 'Look at the rows that were set aside'] as const]
          : []),
        [
          `migrate verify --source URL --target ${to}`,
          `Compare with ${isOfDump ? `a database that ${source} was restored into` : source}, row by row`,
        ],
      ];
  }
}
