import { displayName, formatBytes, formatExact, plural } from '@shardwright/core';
import type {
  Backup,
  ObjectOfOthers,
  Rollback,
  Standing,
  TableRows,
  UndoneStep,
} from '@shardwright/migrator';
import { phaseTitles } from '@shardwright/planner';
import type { CommandIo } from '../command-io.ts';

/** How the migration stands and what would go. */
export async function printStanding({ target, standing }: Rollback, io: CommandIo): Promise<void> {
  const { migration, steps, tables, largeObjects, kept } = standing;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const content = [
    plural(tables.length, 'table'),
    plural(rows, 'row'),
    ...(largeObjects.objects === 0 ? [] : [plural(largeObjects.objects, 'large object')]),
    plural(steps.length, 'step'),
  ];
  await io.printFields([
    ['Target', target],
    ['Migrated from', migration.source],
    ['State', stateWords[migration.state]],
    [
      'To take back',
      steps.length + largeObjects.objects === 0 ? 'nothing but the journal' : content.join(', '),
    ],
    ['Stays', kept.length === 0 ? undefined : kept.join(', ')],
  ]);
}

const stateWords: Readonly<Record<Standing['migration']['state'], string>> = {
  preparing: 'interrupted while tables were made',
  loading: 'interrupted while rows were loaded',
  finishing: 'interrupted while keys, indexes and all the rest were made',
  done: 'done',
  'taking back': 'a rollback has begun and was interrupted',
};

/** What others have built on it. */
export async function noteOthers(others: readonly ObjectOfOthers[], io: CommandIo): Promise<void> {
  const list = others.map(({ kind, object, uses }) => `  ${kind} ${object}, on ${uses}`);
  await io.note(
    [
      `\n${plural(others.length, 'object was', 'objects were')} added since on what would go:`,
      ...list,
      'Drop or move what is no longer wanted, and call it again.',
    ].join('\n'),
    { kind: 'objects-of-others', objects: others },
  );
}

/** Tables and large objects that somebody wrote to. */
export async function noteWritten(
  tables: readonly TableRows[],
  { objects, changed }: Standing['largeObjects'],
  isWanted: boolean,
  io: CommandIo,
): Promise<void> {
  const list = [
    ...tables.map((table) => `  ${displayName(table)}: ${differenceOf(table)}`),
    ...(changed === 0 ? [] : [`  large objects: ${changed} of ${objects} changed or removed since`]),
  ];
  await io.note(
    [
      isWanted ? '\nNot as it was loaded, and taken back all the same:' : '\nNot as it was loaded:',
      ...list,
      ...(isWanted ? [] : ['--discard-written takes it back all the same; --backup FILE keeps the rows.']),
    ].join('\n'),
    { kind: 'written', tables: tables.map(displayName), largeObjects: changed },
  );
}

function differenceOf({ rows, loaded, written, lost, movedShards }: TableRows): string {
  const totals = `${plural(loaded, 'row')} loaded, ${formatExact(rows)} there`;
  if (movedShards > 0) {
    return `${totals}; ${plural(movedShards, 'shard')} moved since, so that new rows cannot be told from others`;
  }
  if (written === undefined || lost === undefined) return totals;
  const parts = [
    ...(written > 0 ? [`${formatExact(written)} added or changed since`] : []),
    ...(lost > 0 ? [`${formatExact(lost)} of the loaded changed or removed`] : []),
  ];
  return `${totals}; ${parts.join(', ')}`;
}

/** What was done. */
export async function printTakenBack(
  undone: readonly UndoneStep[],
  backup: Backup | undefined,
  { kept, largeObjects }: Standing,
  io: CommandIo,
): Promise<void> {
  // Some steps leave nothing to undo, as it goes with their objects.
  const made = undone.filter(({ step }) => step.undo.length > 0);
  const lines = [...new Set(made.map(({ step }) => step.phase))].map((phase): [string, string] => [
    phase === 'tables' ? 'Tables with all their rows' : phaseTitles[phase],
    formatExact(made.filter(({ step }) => step.phase === phase).length),
  ]);
  if (backup) await io.print(`\n${backupText(backup)}\n`);
  if (largeObjects.objects > 0) lines.push(['Large objects', formatExact(largeObjects.objects)]);
  await io.print('\nTaken back:\n');
  await io.printFields([
    ...lines.map(([title, count]) => [`  ${title}`, count] as const),
    ['  Journal', '1'],
  ]);
  const gone = undone.filter(({ wasGone }) => wasGone).map(({ step }) => step.title);
  if (gone.length > 0) await io.print(`\nSomebody had removed before: ${gone.join(', ')}.\n`);
  const roles = kept.filter((one) => one.startsWith('role ')).join(', ');
  await io.print(
    `\nThe target is as it was before the migration${roles === '' ? '' : `, but for ${roles}`}.\n`,
  );
}

function backupText({ file, tables, rows, bytes, isEarlier }: Backup): string {
  const content = `${plural(rows, 'row')} of ${plural(tables, 'table')}, ${formatBytes(bytes)}`;
  return isEarlier
    ? `${file} is the backup from before the first step was taken back: ${content}.`
    : `Backed up ${content}, to ${file}.`;
}
