import { type ExitCode, exitCode, nameKey, plural, UsageError } from '@shardwright/core';
import { type Backup, isWritten, openRollback, type Rollback, type Standing } from '@shardwright/migrator';
import type { Plan } from '@shardwright/planner';
import type { CommandIo } from '../command-io.ts';
import { noteOthers, noteWritten, printStanding, printTakenBack } from './rollback-text.ts';

/** A command line of `migrate rollback`, checked. */
export interface RollbackRequest {
  readonly target: string;
  /** Whose migration it has to be. */
  readonly plan?: Plan;
  /** A new file. */
  readonly backup?: string;
  readonly noBackup: boolean;
  readonly discardWritten: boolean;
}

/** Takes a migration back, unless something speaks against it; 1 where that is so. */
export async function performRollback(request: RollbackRequest, io: CommandIo): Promise<ExitCode> {
  await using rollback = await openRollback(request.target, request.plan, io);
  if (rollback === undefined) {
    if (io.json) await io.printJson({ outcome: 'nothing' });
    else await io.print('The target holds no migration: there is nothing to take back.\n');
    return exitCode.yes;
  }
  const { standing, target } = rollback;
  if (!io.json) await printStanding(rollback, io);
  if (!(await mayGo(standing, request, io))) {
    await io.note('\nNothing was changed.');
    if (io.json) await io.printJson({ outcome: 'refused', ...documentOf(rollback) });
    return exitCode.no;
  }
  requireBackup(standing, request);
  if (!(await io.confirm(`Take back the migration of ${target}, with ${contentOf(standing)}?`))) {
    return exitCode.no;
  }
  const backup = request.backup === undefined ? undefined : await rollback.backUp(request.backup);
  const undone = await rollback.run();
  if (io.json) {
    await io.printJson({
      outcome: 'taken back',
      ...documentOf(rollback, backup),
      takenBack: undone.map(({ step, wasGone }) => ({ step: step.id, title: step.title, wasGone })),
    });
  } else {
    await printTakenBack(undone, backup, standing, io);
  }
  return exitCode.yes;
}

/** Whether nothing speaks against it, or the user wants it in spite of that. */
async function mayGo(standing: Standing, request: RollbackRequest, io: CommandIo): Promise<boolean> {
  const { others, largeObjects } = standing;
  const written = standing.tables.filter(isWritten);
  const isAsLoaded = written.length === 0 && largeObjects.changed === 0;
  if (!isAsLoaded) await noteWritten(written, largeObjects, request.discardWritten, io);
  if (others.length > 0) await noteOthers(others, io);
  return others.length === 0 && (isAsLoaded || request.discardWritten);
}

/** Throws {@link UsageError} where rows would go and nothing is said of a backup: a yes to everything is none to that. */
function requireBackup({ tables, largeObjects }: Standing, { backup, noBackup }: RollbackRequest): void {
  const isEmpty = largeObjects.objects === 0 && tables.every(({ rows }) => rows === 0);
  if (backup !== undefined || noBackup || isEmpty) return;
  throw new UsageError('nothing was changed: say whether a backup is to be taken first', {
    hint: 'Add --backup FILE; or --no-backup, if the source still has all rows or they are not wanted.',
  });
}

function contentOf({ tables }: Standing): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${plural(tables.length, 'table')} and ${plural(rows, 'row')}`;
}

function documentOf({ target, standing }: Rollback, backup?: Backup): object {
  const { migration, tables, largeObjects, others, kept } = standing;
  return {
    target,
    migration: { id: migration.id, source: migration.source, state: migration.state },
    tables: tables.map((table) => {
      const { schema, name, ...rows } = table;
      return { table: nameKey({ schema, name }), ...rows, isWritten: isWritten(table) };
    }),
    largeObjects,
    objectsOfOthers: others,
    kept,
    ...(backup === undefined ? {} : { backup }),
  };
}
