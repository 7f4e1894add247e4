import { DatabaseError, type ExitCode, exitCode } from '@shardwright/core';
import { importRows, readStatus } from '@shardwright/migrator';
import type { CommandIo } from '../command-io.ts';
import { quarantineCommand, shownUrl } from '../run/next-commands.ts';
import { printRun } from '../run/run-text.ts';

/** What `migrate import` was asked for. */
export interface ImportRequest {
  readonly directory: string;
  readonly target: string;
  readonly jobs?: number;
}

/** Imports, and tells how that went; 1 when rows were set aside. */
export async function performImport(request: ImportRequest, io: CommandIo): Promise<ExitCode> {
  const { directory, target } = request;
  const { manifest, ...result } = await importRows(directory, request, io);
  const status = await readStatus(target);
  if (status === undefined) throw new DatabaseError('the journal of the migration is gone');
  const { quarantine } = status;
  if (io.json) {
    const { madeAt, source, snapshot } = manifest;
    await io.printJson({ ...result, export: { madeAt, source: source.name, snapshot }, quarantine });
  } else {
    await printRun({ result, status }, io);
    const to = shownUrl(target);
    await io.suggest([
      ...(quarantine.length > 0
        ? [[quarantineCommand(target), 'Look at the rows that were set aside'] as const]
        : []),
      [`migrate rollback --target ${to}`, 'Show what taking all of it back would mean'],
    ]);
  }
  return quarantine.length > 0 ? exitCode.no : exitCode.yes;
}
