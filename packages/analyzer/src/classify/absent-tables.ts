import { keyFilters } from './column-uses.ts';
import type { PreparedQuery } from './prepare-query.ts';

/** Tables, as SQL text, that a query names and its catalog does not hold; PostgreSQL's own ones left out. */
export function absentTables(prepared: PreparedQuery): string[] {
  const keys = new Set(keyFilters(prepared).map(({ table }) => table));
  return [...keys]
    .filter((key) => !prepared.names.tables.has(key))
    .map((key) => key.replace(noSchema, ''))
    .filter((name) => !/^"?(?:pg_|information_schema\b)/.test(name));
}

/** How the key of a table begins that was named without a schema and not found in any. */
const noSchema = /^""\./;
