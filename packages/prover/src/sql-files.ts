import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../sql/${name}.sql`, import.meta.url), 'utf8');

/** See the file. */
export const tablesSql: string = read('tables');
/** See the file. */
export const shardObjectsSql: string = read('shard-objects');
/** See the file. */
export const tableObjectsSql: string = read('table-objects');
/** See the file. */
export const parameterTypesSql: string = read('parameter-types');
