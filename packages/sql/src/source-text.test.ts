import { beforeAll, describe, expect, test } from 'vitest';
import { pick } from './node.ts';
import { deparse, loadParser, parseStatements } from './parser.ts';
import { sqlText } from './source-text.ts';

beforeAll(loadParser);

function treeOf(sql: string) {
  const parsed = parseStatements(sql);
  const tree = parsed.ok ? parsed.statements[0]?.tree : undefined;
  if (tree === undefined) throw new Error(`not SQL: ${sql}`);
  return tree;
}

function checkOf(sql: string) {
  const [column] = pick(treeOf(sql), 'CreateStmt')?.tableElts ?? [];
  const constraint = pick(pick(column, 'ColumnDef')?.constraints?.[0], 'Constraint');
  if (constraint?.raw_expr === undefined) throw new Error(`no check: ${sql}`);
  return constraint.raw_expr;
}

describe('what the deparser does not know keeps the words of its statement', () => {
  test.each([
    "json_exists(a, '$.ü[*]')",
    "(JSON_VALUE(a, '$.b' RETURNING int)) > 3 AND ((a) IS NOT NULL)",
    "(1 + JSON_VALUE(a, '$.b' RETURNING int DEFAULT 7 ON EMPTY)) IN (1, 2)",
    "NOT json_exists(a, '$.b') -- why\n  OR false",
  ])('%s', (expression) => {
    const sql = `CREATE TABLE "tä" (a jsonb CHECK (${expression}) NOT NULL, b int DEFAULT (2))`;
    const check = checkOf(sql);
    expect(() => deparse(check)).toThrow();
    expect(sqlText(check, sql)).toBe(expression);
  });

  test('a query, without the clauses of its view', () => {
    const query = "WITH x AS (SELECT 1) SELECT json_exists(a, '$.b') FROM t WHERE (b > 2)";
    const sql = `CREATE VIEW v (select_me) AS ${query} WITH CHECK OPTION`;
    const tree = pick(treeOf(sql), 'ViewStmt')?.query;
    expect(tree && sqlText(tree, sql)).toBe(query);
  });
});

test('an expression that its statement does not hold any more is told by the whole statement', () => {
  const sql = "CREATE TABLE t (a jsonb CHECK (json_exists(a, '$')))";
  expect(sqlText(checkOf(sql), 'ALTER TABLE t RENAME a TO b')).toBe('ALTER TABLE t RENAME a TO b');
});
