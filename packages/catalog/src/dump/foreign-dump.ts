import { InputError } from '@shardwright/core';

const others: readonly { readonly sign: RegExp; readonly name: string; readonly remedy: string }[] = [
  {
    sign: /^-- (MySQL|MariaDB) dump |^\/\*!4\d{4} SET |^\) ENGINE\s*=|^\s*(CREATE TABLE|INSERT INTO)( IF NOT EXISTS)? `/im,
    name: 'a dump of MySQL or MariaDB',
    remedy: 'Load it into PostgreSQL first (pgloader converts it), then give the output of pg_dump.',
  },
  {
    sign: /^PRAGMA \w+\s*=|^\s*CREATE TABLE sqlite_sequence|^INSERT INTO sqlite_sequence/im,
    name: 'a dump of SQLite',
    remedy: 'Load it into PostgreSQL first (pgloader converts it), then give the output of pg_dump.',
  },
  {
    sign: /^\s*USE \[[^\]]+\]|^SET (ANSI_NULLS|QUOTED_IDENTIFIER) (ON|OFF)\s*$|^\s*(CREATE TABLE|INSERT(?: INTO)?) \[[^\]]+\]|^GO\s*$/m,
    name: 'a script for SQL Server',
    remedy: 'Move it to PostgreSQL first (pgloader reads SQL Server), then give the output of pg_dump.',
  },
  {
    sign: /^REM INSERTING into |^\s*"?\w+"?\s+(VARCHAR2|NUMBER)\s*\(\d+/im,
    name: 'a script for Oracle',
    remedy: 'Move it to PostgreSQL first (ora2pg does), then give the output of pg_dump.',
  },
];

/** Refuses SQL of another database system, told by the first part of the text. */
export function refuseForeignDump(head: string, label: string): void {
  if (/^-- PostgreSQL database (cluster )?dump/m.test(head)) return;
  for (const { sign, name, remedy } of others) {
    const match = sign.exec(head);
    if (match === null) continue;
    const before = head.slice(0, match.index + (match[0].length - match[0].trimStart().length));
    const line = before.split('\n').length;
    throw new InputError(`this is ${name}, not of PostgreSQL`, { input: label, line }, { hint: remedy });
  }
}
