import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** What psql answers to a COPY, row by row, in an order of its own. */
export function rowsOf(url: string, query: string): readonly string[] {
  const text = execFileSync(
    'psql',
    ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', `COPY (${query}) TO STDOUT`, url],
    { maxBuffer: 2 ** 30 },
  ).toString('latin1');
  return text.split('\n').slice(0, -1).sort();
}

/** Rows by their number and their content: one lost, doubled or changed makes it another. */
export function digestOf(rows: readonly string[]): string {
  return `${rows.length} ${createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16)}`;
}

/** What a database is made of, without its rows and our journal. */
export function structureOf(url: string): string {
  return execFileSync('pg_dump', ['--schema-only', '--no-owner', '--exclude-schema=shardwright', url], {
    maxBuffer: 2 ** 28,
  })
    .toString()
    .replace(/^\\(un)?restrict .*$/gm, '');
}
