import type { DumpSection, DumpSurvey } from '@shardwright/catalog';
import {
  type Context,
  DatabaseError,
  displayName,
  InputError,
  nameKey,
  plural,
  type QualifiedName,
} from '@shardwright/core';
import type { Plan, TableLoad } from '@shardwright/planner';
import { isReadable } from './text-rows.ts';

/** A table whose rows go to the target as they stand in the dump. */
export interface StreamedTable {
  readonly load: TableLoad;
  /** In the order of the text; none where the dump holds no rows of the table. */
  readonly sections: readonly DumpSection[];
}

/** Which way rows of a dump take. */
export interface DumpTables {
  readonly streamed: readonly StreamedTable[];
  /** Tables that are read from a database which holds them and what is joined to them. */
  readonly staged: readonly TableLoad[];
  /** What that database has to hold for it. */
  readonly stagedSections: readonly DumpSection[];
}

/**
 * Decides which rows can go straight to the target: those whose columns all stand in the dump. Throws
 * {@link InputError} for a dump whose rows cannot be read in pieces.
 */
export function tablesOfDump(plan: Plan, survey: DumpSurvey, context: Context): DumpTables {
  const { sections } = survey;
  const planned = new Set(
    plan.loads.flatMap(({ source }) => [source, ...ancestors(source, survey)].map(nameKey)),
  );
  const isPlanned = ({ table }: DumpSection): boolean => table !== undefined && planned.has(nameKey(table));
  refuseOtherForms(survey, sections.filter(isPlanned));
  const ofTable = (name: QualifiedName): readonly DumpSection[] =>
    sections.filter(({ table }) => table !== undefined && nameKey(table) === nameKey(name));
  const indirect = plan.loads.filter(
    (load) =>
      isJoined(load) ||
      ofTable(load.source).some((section) => !hasColumnsOf(section, load)) ||
      ancestors(load.source, survey).some((parent) => ofTable(parent).length > 0),
  );
  // Tables that share a target are loaded and counted together.
  const targets = new Set(indirect.map(({ target }) => nameKey(target)));
  const staged = plan.loads.filter(({ target }) => targets.has(nameKey(target)));
  const streamed = plan.loads
    .filter((load) => !staged.includes(load))
    .map((load) => ({ load, sections: ofTable(load.source) }));
  const missing = streamed.filter((table) => table.sections.length === 0).map(({ load }) => load.source);
  if (missing.length > 0) {
    const names = missing.map(displayName).join(', ');
    context.emit({ kind: 'warning', message: `${survey.catalog.origin.label} holds no rows of ${names}` });
  }
  return { streamed, staged, stagedSections: sectionsFor(plan, staged, survey) };
}

function rowsOf(name: QualifiedName, { catalog }: Pick<DumpSurvey, 'catalog'>): number {
  return catalog.tables.find((table) => nameKey(table) === nameKey(name))?.statistics?.rows ?? 0;
}

/** Throws {@link DatabaseError} where other rows of a table were written than the dump was seen to hold. */
export function refuseOtherCount(
  name: QualifiedName,
  written: number,
  survey: Pick<DumpSurvey, 'catalog'>,
): void {
  const rows = rowsOf(name, survey);
  if (written === rows) return;
  throw new DatabaseError(
    `the dump holds ${plural(rows, 'row')} of ${displayName(name)}, and ${written} were written`,
    { hint: 'Take the migration back, and run it again; please report this.' },
  );
}

/** Whether values of a load come from other tables. */
function isJoined({ select }: TableLoad): boolean {
  return /\bLEFT JOIN\b/.test(select);
}

function hasColumnsOf({ columns }: DumpSection, load: TableLoad): boolean {
  const known = new Set(load.columns.map(({ name }) => name));
  const { distributionColumn: key } = load;
  return columns.every((column) => known.has(column)) && (key === undefined || columns.includes(key));
}

/** Rows of the staged tables and of all that they may be joined with; those of a partitioned one lie in its partitions. */
function sectionsFor(plan: Plan, staged: readonly TableLoad[], survey: DumpSurvey): readonly DumpSection[] {
  if (staged.length === 0) return [];
  const joined = plan.backfills.flatMap(({ path }) => path.map(({ to }) => to));
  const own = staged.flatMap(({ source }) => [source, ...ancestors(source, survey)]);
  const wanted = new Set([...joined, ...own].map(nameKey));
  return survey.sections.filter(
    ({ table }) =>
      table !== undefined && [table, ...ancestors(table, survey)].some((one) => wanted.has(nameKey(one))),
  );
}

/** The partitioned tables that a partition belongs to. */
function ancestors(name: QualifiedName, { catalog }: Pick<DumpSurvey, 'catalog'>): readonly QualifiedName[] {
  const table = catalog.tables.find((one) => nameKey(one) === nameKey(name));
  const parent = table?.partitionOf?.parent;
  return parent ? [parent, ...ancestors(parent, { catalog })] : [];
}

const restoreFirst =
  'Make the dump with pg_dump without --inserts, or restore it into a PostgreSQL and name that as the source.';

function refuseOtherForms(survey: DumpSurvey, planned: readonly DumpSection[]): void {
  const { label } = survey.catalog.origin;
  if (survey.firstInsertLine !== undefined) {
    throw new InputError(
      'the dump holds rows as INSERT statements, which cannot be loaded in pieces',
      { input: label, line: survey.firstInsertLine },
      { hint: restoreFirst },
    );
  }
  const other = planned.find(({ format }) => format === 'other');
  if (other) {
    throw new InputError(
      'the rows of this COPY are not in the form that pg_dump writes: tabs, \\N, lines that end in LF',
      { input: label, line: other.line },
      { hint: restoreFirst },
    );
  }
  const unread = planned.find(({ encoding }) => !isReadable(encoding));
  if (unread) {
    throw new InputError(
      `these rows are in ${unread.encoding}`,
      { input: label, line: unread.line },
      { hint: 'Make the dump in UTF-8: pg_dump --encoding=UTF8' },
    );
  }
  if (planned.length > 0) return;
  throw new InputError(
    'the dump holds no rows of the tables that are planned',
    { input: label },
    { hint: 'Make it without --schema-only.' },
  );
}
