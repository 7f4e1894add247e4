import { readFile } from 'node:fs/promises';
import { type Context, InterruptedError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import type { Definition } from '../model/definition.ts';

/** Runs one of the fixed queries of `packages/catalog/sql` by its file name without `.sql`. */
export type RunFile = <Row extends object>(file: string) => Promise<readonly Row[]>;

/** A {@link RunFile} over one connection; throws {@link InterruptedError} once the context is cancelled. */
export function fileRunner(connection: Connection, context: Context): RunFile {
  return async <Row extends object>(file: string) => {
    if (context.signal.aborted) throw new InterruptedError('stopped while reading the database');
    return connection.query<Row>(await queryText(file));
  };
}

/** `sql/` lies beside both `src/` and `dist/`. */
function queryText(file: string): Promise<string> {
  return readFile(new URL(`../../sql/${file}.sql`, import.meta.url), 'utf8');
}

/** A definition that no line of an input holds; `order` as {@link Definition} has it. */
export function liveDefinition(sql: string, order?: number): Definition {
  return { line: 0, ...(order === undefined ? {} : { order }), sql: sql.trim().replace(/;$/, '') };
}
