import { quoteQualifiedName } from '@shardwright/core';
import type { Plan, Step } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';
import { journalTables } from '../journal/remove-journal.ts';
import { objectsOfOthersSql } from '../sql-files.ts';

/** Something that somebody built on what the migration made: it would go with it, or stands in its way. */
export interface ObjectOfOthers {
  /** As PostgreSQL calls it, e.g. `view`. */
  readonly kind: string;
  readonly object: string;
  /** What it is built on. */
  readonly uses: string;
}

const journalSchema = 'shardwright';
const journal = journalTables.map((name) => `${journalSchema}.${name}`);

/** What depends on the objects of steps that were done, or on the journal, and comes from none of these. */
export async function findObjectsOfOthers(
  plan: Plan,
  done: readonly Step[],
  coordinator: Connection,
): Promise<readonly ObjectOfOthers[]> {
  const namesOf = (wanted: (phase: Step['phase']) => boolean): readonly string[] =>
    done.filter(({ phase }) => wanted(phase)).map(({ subject }) => bare(subject));
  const apart: readonly Step['phase'][] = ['roles', 'schemas', 'extensions'];
  const found = await coordinator.query<{ kind: string; identity: string; uses: string }>(
    objectsOfOthersSql,
    [
      [...namesOf((phase) => !apart.includes(phase)), ...journal],
      [...namesOf((phase) => phase === 'schemas'), journalSchema],
      namesOf((phase) => phase === 'extensions'),
    ],
  );
  // By name as well: what a rollback did before it was stopped may have made some of it again.
  const own = new Set([...done.map(({ subject }) => bare(subject)), ...journal]);
  const isOwn = (identity: string): boolean => {
    const [, publication] = / in publication (.+)$/s.exec(identity) ?? [];
    const [, table] = / on (shardwright\..+)$/.exec(identity) ?? [];
    return own.has(table ?? bare(publication === undefined ? identity : `publication ${publication}`));
  };
  return [
    ...found
      .filter(({ identity }) => !isOwn(identity))
      .map(({ kind, identity, uses }) => ({ kind, object: identity, uses })),
    ...(await findColumnsOfOthers(plan, done, coordinator)),
  ];
}

/** Subjects of steps and names that PostgreSQL gives, in one form: without quotes and without arguments of routines. */
function bare(text: string): string {
  return text
    .replaceAll('"', '')
    .replace(/ ON (?=[^ ]+$)/, ' on ')
    .replace(/\(.*$/s, '');
}

async function findColumnsOfOthers(
  plan: Plan,
  done: readonly Step[],
  coordinator: Connection,
): Promise<readonly ObjectOfOthers[]> {
  const made = new Set(done.filter(({ phase }) => phase === 'tables').map(({ subject }) => subject));
  const loaded = plan.loads
    .filter(({ target }) => made.has(quoteQualifiedName(target)))
    .flatMap(({ target: { schema, name }, columns }) =>
      columns.map((column) => ({ schema, name, column: column.name })),
    );
  return await coordinator.query<{ kind: string; object: string; uses: string }>(
    `WITH loaded AS (SELECT * FROM json_to_recordset($1) AS loaded(schema text, name text, "column" text))
     SELECT 'table column' AS kind, o.identity AS object, c.oid::regclass::text AS uses
     FROM (SELECT DISTINCT schema, name FROM loaded) t
     JOIN pg_namespace n ON n.nspname = t.schema
     JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name AND c.relkind = 'r'
     JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     CROSS JOIN LATERAL pg_identify_object('pg_class'::regclass, c.oid, attnum) o
     WHERE NOT EXISTS (SELECT FROM loaded l WHERE l.schema = t.schema AND l.name = t.name AND l.column = attname)
     ORDER BY object`,
    [JSON.stringify(loaded)],
  );
}
