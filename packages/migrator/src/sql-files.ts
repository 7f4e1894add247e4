import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../sql/${name}.sql`, import.meta.url), 'utf8');

/** See the file. */
export const nodeJournalSql: string = read('node-journal');
/** See the file. */
export const coordinatorJournalSql: string = read('coordinator-journal');
/** See the file. */
export const tablesByNameSql: string = read('tables-by-name');
/** See the file. */
export const objectsOfOthersSql: string = read('objects-of-others');
/** See the file. */
export const shardsSql: string = read('shards');
