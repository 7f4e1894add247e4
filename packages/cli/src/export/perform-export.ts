import { type ExitCode, exitCode, formatBytes, formatExact, plural } from '@shardwright/core';
import { type ExportedTable, type ExportResult, exportRows } from '@shardwright/migrator';
import type { CommandIo } from '../command-io.ts';
import { readPlan } from '../plan/read-plan.ts';
import { shownName, shownSeconds } from '../run/run-text.ts';
import { shellWord } from '../shell-word.ts';
import type { ExportRequest } from './request.ts';

/** Reads the plan, if there is one, exports, and tells how that went. */
export async function performExport({ plan, ...request }: ExportRequest, io: CommandIo): Promise<ExitCode> {
  const result = await exportRows(
    { ...request, ...(plan === undefined ? {} : { plan: await readPlan(plan) }) },
    io,
  );
  if (io.json) await io.printJson(result.manifest);
  else await printExport(result, request, io);
  return exitCode.yes;
}

async function printExport(
  { manifest, kept, begunAnew, jobs, seconds }: ExportResult,
  { directory }: Pick<ExportRequest, 'directory'>,
  io: CommandIo,
): Promise<void> {
  const { tables, source, compression } = manifest;
  const files = tables.flatMap((table) => table.files);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const aside = tables.reduce((sum, table) => sum + setAsideOf(table), 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const left = aside === 0 ? '' : `, and ${plural(aside, 'row')} that no shard takes`;
  await io.print(
    `${io.paint.good('Exported')}: ${plural(rows, 'row')} of ${plural(tables.length, 'table')}${left}, all as of one moment.\n\n`,
  );
  await io.printFields([
    ['From', source.name],
    ['Into', `${directory}: ${plural(files.length, 'file')}, ${formatBytes(bytes)}`],
    ['Compressed', compression === 'none' ? undefined : `with ${compression}`],
    ['Took', shownSeconds(seconds)],
    ['Jobs', String(jobs)],
    ['Kept', kept === 0 ? undefined : `${plural(kept, 'file')} of an earlier run`],
  ]);
  await io.print('\n');
  await io.printTable(
    [
      { title: 'Table', shrinks: true },
      { title: 'Rows', align: 'right' },
      { title: 'Files', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Set aside', align: 'right' },
      { title: 'Format' },
      { title: 'Why', shrinks: true },
    ],
    tables.map((table) => [
      shownName(`${table.schema}.${table.name}`),
      formatExact(table.rows),
      formatExact(table.files.length),
      formatBytes(table.files.reduce((sum, file) => sum + file.bytes, 0)),
      setAsideOf(table) === 0 ? '' : formatExact(setAsideOf(table)),
      table.format,
      table.why,
    ]),
    (text, _row, column) => (column === 4 ? io.paint.severity('warning', text) : text),
  );
  if (begunAnew.length > 0) {
    await io.print('\nExported anew, as the source had changed since an earlier run:\n');
    for (const { relation, why } of begunAnew) await io.print(`  ${shownName(relation)}: ${why}\n`);
  }
  if (manifest.planDigest === undefined) return;
  await io.suggest([
    [
      `migrate import ${shellWord(directory)} --target postgres://COORDINATOR/DATABASE`,
      'Where the target is, with the directory brought there',
    ],
  ]);
}

function setAsideOf({ files }: ExportedTable): number {
  return files.reduce((sum, { chunk, rows }) => (chunk < 0 ? sum + rows : sum), 0);
}
