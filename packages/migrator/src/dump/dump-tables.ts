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
  /** In the order of the text; one without rows where the dump has none of the table. */
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
  const direct = plan.loads.filter((load) => !staged.includes(load));
  const missing = direct.filter(({ source }) => ofTable(source).length === 0);
  if (missing.length > 0) {
    const names = missing.map(({ source }) => displayName(source)).join(', ');
    context.emit({ kind: 'warning', message: `${survey.catalog.origin.label} has no COPY for ${names}` });
  }
  return {
    streamed: direct.map((load) => ({
      load,
      sections: missing.includes(load) ? [withoutRows(load)] : ofTable(load.source),
    })),
    staged,
    stagedSections: sectionsFor(plan, staged, survey),
  };
}

/** So that the journal tells of the table, too. */
function withoutRows({ source, columns }: TableLoad): DumpSection {
  const names = columns.map(({ name }) => name);
  return { table: source, columns: names, start: 0, end: 0, format: 'text', encoding: 'UTF8', line: 1 };
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

/** Columns that a COPY leaves out get values of their own in the source, and may get others in the target. */
function hasColumnsOf({ columns }: DumpSection, load: TableLoad): boolean {
  const known = new Set(load.columns.map(({ name }) => name));
  return columns.length === known.size && columns.every((column) => known.has(column));
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

/** Whether a statement settles how times are read; pg_dump writes them so that it does not matter. */
function isFormOfTimes(sql: string): boolean {
  const [, name = '', value = ''] =
    /^set\s+(?:session\s+|local\s+)?(datestyle|intervalstyle|timezone|time\s+zone)\b(.*)$/is.exec(sql) ?? [];
  return name !== '' && !(/datestyle/i.test(name) ? /\biso\b/i : /\b(?:postgres|utc)\b/i).test(value);
}

function refuseOtherForms(survey: DumpSurvey, planned: readonly DumpSection[]): void {
  const { label } = survey.catalog.origin;
  if (survey.firstInsertLine !== undefined) {
    throw new InputError(
      'the dump holds rows as INSERT statements, which cannot be loaded in pieces',
      { input: label, line: survey.firstInsertLine },
      { hint: restoreFirst },
    );
  }
  const [setting] = survey.preamble.filter(isFormOfTimes);
  if (setting !== undefined) {
    throw new InputError(
      `its rows are written for a session with “${setting}”`,
      { input: label },
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
