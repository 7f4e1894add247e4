import { type DoStmt, parseStatements, pick, pickAll, splitStatements } from '@shardwright/sql';
import type { Definition } from '../model/definition.ts';
import type { Database } from './database.ts';
import { StatementRefused } from './problem.ts';
import { createFunction } from './routine.ts';

const beginnings = /\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\b/gi;

/**
 * DO: its code is not run, but functions that it makes in plain words are there afterwards. Where branches make the
 * same one, the first is taken: scripts ask for newer servers first.
 */
export function applyBlock(database: Database, statement: DoStmt, definition: Definition): void {
  const body = pickAll(statement.args, 'DefElem').find(({ defname }) => defname === 'as');
  const code = pick(body?.arg, 'String')?.sval ?? '';
  for (const { index } of code.matchAll(beginnings)) {
    const sql = splitStatements(code.slice(index))[0]?.sql ?? '';
    const parsed = parseStatements(sql);
    const create = parsed.ok ? pick(parsed.statements[0]?.tree, 'CreateFunctionStmt') : undefined;
    if (!create) continue;
    try {
      createFunction(database, create, { line: definition.line, sql });
    } catch (error) {
      // The code knows when not to.
      if (!(error instanceof StatementRefused)) throw error;
    }
  }
}
