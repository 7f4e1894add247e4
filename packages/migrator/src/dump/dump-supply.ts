import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type DumpSurvey, onlySchemas, surveyDump } from '@shardwright/catalog';
import { type Context, nameKey, UsageError } from '@shardwright/core';
import type { Plan, SequenceLoad } from '@shardwright/planner';
import type { RowSupply } from '../run/carry-out.ts';
import type { SequencePosition } from '../run/finish.ts';
import { refuseChanged } from '../source/structure.ts';
import { tablesOfDump } from './dump-tables.ts';
import { holdDump } from './hold-dump.ts';
import { type DumpLoadOptions, loadSections } from './load-sections.ts';
import { loadOverStaging } from './staging.ts';

/** Whether a source is a dump and not the URL of a database. */
export function isDump(source: string): boolean {
  return !/^postgres(ql)?:\/\//i.test(source);
}

/**
 * The rows of a dump: a file or a directory archive. It is read once to see that it is whole and what is where in it,
 * and then for the rows. Throws InputError for what is no whole dump, and DatabaseError for one of another structure.
 */
export async function dumpSupply(
  plan: Plan,
  file: string,
  options: Pick<DumpLoadOptions, 'load' | 'chunkBytes'>,
  context: Context,
): Promise<RowSupply> {
  refuseOtherAddress(file);
  await refuseStream(file);
  context.emit({ kind: 'phase', phase: 'looking through the dump' });
  const ensureHeld = await holdDump(file);
  const survey = await surveyDump(file, context);
  const { schemas } = plan.origin;
  refuseChanged(plan, schemas === undefined ? survey.catalog : onlySchemas(survey.catalog, schemas));
  const tables = tablesOfDump(plan, survey, context);
  if (survey.hasLargeObjects) warnOfLargeObjects(file, context);
  return {
    name: path.resolve(file),
    identity: `dump/${survey.identity}`,
    load: async (parties, jobs) => {
      const all = { ...options, jobs, session: plan.session };
      const dump = { file, survey, ensureHeld };
      const begunAnew =
        tables.streamed.length === 0
          ? []
          : await loadSections({ ...dump, streamed: tables.streamed }, all, parties, context);
      if (tables.staged.length > 0) await loadOverStaging({ ...dump, plan, tables }, all, parties, context);
      // A staged table is begun anew when its database is: nothing of the source has changed.
      return begunAnew;
    },
    positionOf: async (sequence) => positionIn(survey, sequence),
    [Symbol.asyncDispose]: async () => {},
  };
}

function refuseOtherAddress(source: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(source)?.[1];
  if (scheme === undefined) return;
  throw new UsageError(`cannot read from ${scheme}://`, {
    hint: 'Give a postgres:// address, a dump file or a directory archive.',
  });
}

/** What is read once cannot be gone back to: neither after an abort nor for what is where in it. */
async function refuseStream(file: string): Promise<void> {
  const found = file === '-' ? undefined : await stat(file).catch(() => undefined);
  if (file !== '-' && (found === undefined || found.isFile() || found.isDirectory())) return;
  throw new UsageError(`${file === '-' ? 'standard input' : file} can be read only once`, {
    hint: 'Write the dump into a file, and name that: a run that is stopped reads it again.',
  });
}

function warnOfLargeObjects(file: string, { emit }: Context): void {
  emit({
    kind: 'warning',
    message:
      `large objects of ${file} are not carried over: restore the dump into a PostgreSQL and name that as the ` +
      'source, or bring them over with pg_restore or lo_import afterwards',
  });
}

function positionIn({ catalog }: DumpSurvey, wanted: SequenceLoad): SequencePosition | undefined {
  const sequence = catalog.sequences.find((one) => nameKey(one) === nameKey(wanted));
  if (!sequence) return undefined;
  const { lastValue, start } = sequence;
  return { lastValue: lastValue ?? start, isCalled: lastValue !== undefined };
}
