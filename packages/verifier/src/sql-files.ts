import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../sql/${name}.sql`, import.meta.url), 'utf8');

/** See the file. */
export const relationsSql: string = read('relations');
/** See the file. */
export const shardsSql: string = read('shards');
/** See the file. */
export const hiddenRowsSql: string = read('hidden-rows').replace(/;\s*$/, '');
/** See the file. */
export const largeObjectsSql: string = read('large-objects');
/** See the file. */
export const sequencesSql: string = read('sequences');
