import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dropCitusDatabase } from '../database/citus-database.ts';
import { stateDirectory } from '../named/state-directory.ts';
import type { LastWill } from './last-will.ts';

/** A database of ours on somebody else's cluster that was to be dropped and could not. */
export type AbandonedDatabase = Extract<LastWill, { kind: 'drop Citus database' }>;

/** Keeps a note of a database that could not be dropped, for whoever looks for leftovers. */
export async function noteAbandonedDatabase(database: AbandonedDatabase): Promise<void> {
  await mkdir(notesDirectory(), { recursive: true, mode: 0o755 });
  // URLs of nodes hold passwords.
  await writeFile(noteOf(database), JSON.stringify(database), { mode: 0o600 });
}

/** The databases that this user's notes name. */
export async function findAbandonedDatabases(): Promise<readonly AbandonedDatabase[]> {
  const names = await readdir(notesDirectory()).catch(() => []);
  return Promise.all(
    names.sort().map(async (name) => JSON.parse(await readFile(path.join(notesDirectory(), name), 'utf8'))),
  );
}

/** Drops it, and the note of it. Throws `DatabaseError` when a node still does not let it. */
export async function dropAbandonedDatabase(database: AbandonedDatabase): Promise<void> {
  await dropCitusDatabase(database.nodes, database.database);
  await rm(noteOf(database), { force: true });
}

function noteOf({ database }: AbandonedDatabase): string {
  return path.join(notesDirectory(), `${database}.json`);
}

function notesDirectory(): string {
  return path.join(stateDirectory(), 'databases');
}
