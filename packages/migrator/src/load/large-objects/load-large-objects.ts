import { type Context, DatabaseError, plural } from '@shardwright/core';
import { type Connection, errorCode } from '@shardwright/postgres';
import { holdTurn } from '../../journal/turn.ts';
import type { ReceivingParties } from '../../run/carry-out.ts';
import { inParallel } from '../../run/pool.ts';
import { retrying } from '../../run/retry.ts';
import type { LiveSource } from '../../source/live-source.ts';
import { readJournalledObjects, removeObjects } from './journalled-objects.ts';
import { ObjectCopier, objectsPerBatch } from './object-copier.ts';
import { listObjects, type SourceObject } from './source-objects.ts';

/** Whether large objects are carried over, or only counted. */
export const largeObjectChoices = ['carry', 'leave'] as const;

/** One of {@link largeObjectChoices}. */
export type LargeObjectChoice = (typeof largeObjectChoices)[number];

const phase = 'carrying large objects';

/**
 * Brings the source's large objects to the coordinator, under the numbers that rows know them by, each once: what is
 * written down of it commits with it. What an earlier run brought and the source has changed since is brought anew.
 * Throws {@link DatabaseError}.
 */
export async function loadLargeObjects(
  source: LiveSource,
  parties: ReceivingParties,
  { jobs, choice }: { readonly jobs: number; readonly choice: LargeObjectChoice },
  context: Context,
): Promise<void> {
  const reader = await source.openReader();
  const objects = await listObjects(reader).finally(() => reader.end());
  if (choice === 'leave') return warnOfLeft(objects, source, context);
  const { coordinator } = parties;
  const brought = await readJournalledObjects(coordinator);
  if (objects.length === 0 && brought.size === 0) return;
  context.emit({ kind: 'phase', phase });
  await refuseTaken(
    objects.filter(({ oid }) => !brought.has(oid)),
    coordinator,
  );
  const listed = new Set(objects.map(({ oid }) => oid));
  await removeGone(
    [...brought.keys()].filter((oid) => !listed.has(oid)),
    parties,
  );
  await copyAll(objects, await rolesFor(objects, coordinator, context), { source, parties, jobs }, context);
}

function warnOfLeft(objects: readonly SourceObject[], { name }: LiveSource, { emit }: Context): void {
  if (objects.length === 0) return;
  const message = `${plural(objects.length, 'large object')} of ${name} ${objects.length === 1 ? 'is' : 'are'} left behind, as asked`;
  emit({ kind: 'warning', message });
}

/** Rows of the source know an object by its number, so it can have no other. */
async function refuseTaken(objects: readonly SourceObject[], coordinator: Connection): Promise<void> {
  const taken = await coordinator.query<{ oid: string }>(
    'SELECT oid::text AS oid FROM pg_largeobject_metadata WHERE oid = ANY ($1::oid[]) ORDER BY oid LIMIT 4',
    [objects.map(({ oid }) => oid)],
  );
  if (taken.length === 0) return;
  const named = taken.slice(0, 3).map(({ oid }) => oid);
  throw new DatabaseError(
    `${coordinator.target} has large objects of its own under numbers of the source: ${named.join(', ')}${taken.length > 3 ? ', …' : ''}`,
    { hint: 'Remove them with lo_unlink, or leave those of the source behind with --large-objects leave.' },
  );
}

/** In the source they are not any more. */
async function removeGone(
  oids: readonly string[],
  { coordinator, turn }: Pick<ReceivingParties, 'coordinator' | 'turn'>,
): Promise<void> {
  if (oids.length === 0) return;
  await coordinator.query('BEGIN');
  try {
    await holdTurn(coordinator, turn.run);
    await removeObjects(coordinator, oids);
    await coordinator.query('COMMIT');
  } catch (error) {
    await coordinator.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Of those that objects belong or are granted to, the ones that the target has. */
async function rolesFor(
  objects: readonly SourceObject[],
  coordinator: Connection,
  { emit }: Context,
): Promise<ReadonlySet<string>> {
  const named = objects.flatMap(({ owner, grants }) => [owner, ...(grants ?? []).map(({ role }) => role)]);
  const wanted = new Set(named.filter((role) => role !== null));
  const found = await coordinator.query<{ role: string }>(
    'SELECT rolname AS role FROM pg_roles WHERE rolname = ANY ($1)',
    [[...wanted]],
  );
  const roles = new Set(found.map(({ role }) => role));
  const missing = [...wanted].filter((role) => !roles.has(role));
  if (missing.length > 0) {
    const message = `large objects: the target has no role ${missing.join(', ')}; who runs this owns theirs, and their rights are not given`;
    emit({ kind: 'warning', message });
  }
  return roles;
}

async function copyAll(
  objects: readonly SourceObject[],
  roles: ReadonlySet<string>,
  {
    source,
    parties,
    jobs,
  }: { readonly source: LiveSource; readonly parties: ReceivingParties; readonly jobs: number },
  context: Context,
): Promise<void> {
  const { signal, emit } = context;
  const batches = Array.from({ length: Math.ceil(objects.length / objectsPerBatch) }, (_, index) =>
    objects.slice(index * objectsPerBatch, (index + 1) * objectsPerBatch),
  );
  const copiers = Array.from({ length: jobs }, () => new ObjectCopier(source, parties, roles));
  const stop = (): void => {
    for (const copier of copiers) copier.drop();
  };
  signal.addEventListener('abort', stop, { once: true });
  let done = 0;
  try {
    await inParallel(jobs, batches, async (batch, job) => {
      await retrying(context, phase, async () => {
        signal.throwIfAborted();
        await copiers[job]?.copy(batch);
      });
      done += batch.length;
      emit({ kind: 'progress', phase, done, total: objects.length, unit: 'objects' });
    });
  } catch (error) {
    throw errorCode(error) === '42501' && error instanceof DatabaseError ? unreadable(error) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function unreadable(cause: DatabaseError): DatabaseError {
  return new DatabaseError(cause.message, {
    cause,
    hint: 'Let a role read them that may (a superuser, or their owner), or leave them behind with --large-objects leave.',
  });
}
