import { readFile } from 'node:fs/promises';

/** One of the fixed queries of `packages/cluster/sql/operate`, by its file name without `.sql`. */
export function readSql(file: string): Promise<string> {
  // `sql/` lies beside both `src/` and `dist/`.
  return readFile(new URL(`../../sql/operate/${file}.sql`, import.meta.url), 'utf8');
}
