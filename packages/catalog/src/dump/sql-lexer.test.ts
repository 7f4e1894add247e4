import { InputError } from '@shardwright/core';
import { loadParser, parseStatements } from '@shardwright/sql';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { lexText } from './lex-text.test-support.ts';

const statements = (text: string): readonly string[] =>
  lexText(text)
    .filter(({ kind }) => kind === 'statement')
    .map(({ text: sql }) => sql);

describe('a statement ends at a semicolon', () => {
  test.each([
    ['but not inside a string', "SELECT 'a;''b;'", 'SELECT 2'],
    ['nor inside an escape string', String.raw`SELECT E'a\';b', e';'`, 'SELECT 2'],
    ['nor where an escape string goes on in the next line', "SELECT E'a'\n  'b\\';c'", 'SELECT 2'],
    ['nor inside a quoted name', 'SELECT ";" AS "a"";b"', 'SELECT 2'],
    ['nor inside dollar quotes', 'SELECT $$;$$, $a$ $$;$b$ $a$', 'SELECT 2'],
    ['nor inside comments', 'SELECT 1 -- a;b\n/* ; /* ; */ ; */ + 1', 'SELECT 2'],
    ['nor inside parentheses', 'CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)', 'SELECT 2'],
    [
      'nor inside a body of SQL',
      'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END',
      'SELECT 2',
    ],
  ])('%s', (_, first, second) => {
    expect(statements(`${first};\n${second};`)).toEqual([first, second]);
  });

  test('a dollar after a letter or in front of a digit is no quote', () => {
    expect(statements('SELECT a$b$; SELECT $1; SELECT c$b$')).toEqual([
      'SELECT a$b$',
      'SELECT $1',
      'SELECT c$b$',
    ]);
  });

  test('the last one may lack it, and empty ones are none', () => {
    expect(statements(';;SELECT 1;;\n; SELECT 2')).toEqual(['SELECT 1', 'SELECT 2']);
  });

  test('BEGIN and END of a transaction are statements of their own', () => {
    expect(statements('BEGIN; CREATE TABLE t (a int); END;')).toEqual([
      'BEGIN',
      'CREATE TABLE t (a int)',
      'END',
    ]);
  });
});

test('a parenthesis that is never closed loses one statement, not the rest', () => {
  expect(statements('CREATE TABLE t (a int;\nSELECT 2;')).toEqual(['CREATE TABLE t (a int', 'SELECT 2']);
});

test('lines are those of the first word, whatever the line ends', () => {
  const lines = lexText("-- x\r\n\r\nSELECT '\n\n';\r\n  SELECT 2;\n/*\n*/ SELECT 3").map(
    ({ kind, line }) => [kind, line],
  );
  expect(lines).toEqual([
    ['comment', 1],
    ['statement', 3],
    ['statement', 6],
    ['statement', 8],
  ]);
});

test('psql commands stand apart, and those that send a statement end it', () => {
  const events = lexText(
    '\\restrict abc\n\\set a 1 \\\\ SELECT 1 \\g out.txt\nSELECT 2\n\\echo hi\n+ 3;\nSELECT 4 \\; SELECT 5;',
  );
  expect(events.map(({ kind, text }) => [kind, text.replace(/\s+/g, ' ')])).toEqual([
    ['psql', '\\restrict abc'],
    ['psql', '\\set a 1'],
    ['statement', 'SELECT 1'],
    ['psql', '\\g out.txt'],
    ['psql', '\\echo hi'],
    ['statement', 'SELECT 2 + 3'],
    ['statement', 'SELECT 4'],
    ['statement', 'SELECT 5'],
  ]);
});

test.each([
  ["SELECT 1;\nSELECT 'abc", "string (')", 2],
  ["SELECT E'abc\\'", "string (E')", 1],
  ['SELECT "abc', 'quoted name (")', 1],
  ['\n\nSELECT $x$ abc $y$', 'dollar-quoted string', 3],
  ['SELECT 1 /* /* */', 'comment (/*)', 1],
])('%j has no end, and the error says where it began', (text, what, line) => {
  expect(() => lexText(text)).toThrow(`test.sql:${line}: the ${what} that begins here has no end`);
});

test('zero bytes between statements are damage', () => {
  expect(() => lexText('SELECT 1;\n\0\0\0')).toThrow('test.sql:2: a zero byte stands between statements');
});

// Pieces that mean something to the lexer, glued at random: a few leave a quote open.
const piece = fc.constantFrom(
  ...[
    'SELECT',
    'a',
    '1',
    ' ',
    '\n',
    '\r\n',
    ',',
    '(',
    ')',
    "'x;y'",
    "''",
    "E'a\\'b'",
    "e'\\\\'",
    "'p'\n'q'",
    '"n;"',
  ],
  ...[
    '$$;$$',
    '$t$ ; $$ $t$',
    '$1',
    'b$c',
    '-- c;\n',
    '/* ; /* */ \n */',
    '-',
    '/',
    '*',
    '::text',
    'é',
    'INSERT',
    'insert',
  ],
  ...[
    'CREATE FUNCTION f() BEGIN ATOMIC ',
    ' CASE ',
    ' END ',
    'BEGIN',
    ';',
    ';',
    ';\n',
    '\n\\echo x\n',
    '1e5',
    '1e',
    'U&',
    'x$',
  ],
);
const script = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

const outcome = (text: string, sizes?: readonly number[]): unknown => {
  try {
    return lexText(text, sizes);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
};

test('pieces of any size give the same events', () => {
  fc.assert(
    fc.property(
      script,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
      (text, sizes) => {
        expect(outcome(text, sizes)).toEqual(outcome(text));
      },
    ),
    { numRuns: 2000 },
  );
});

test('statements put together again split at the same places', () => {
  fc.assert(
    fc.property(script, (text) => {
      fc.pre(typeof outcome(text) !== 'string');
      // The last one may be a function's body without its end, which goes on to whatever follows.
      const first = statements(text).slice(0, -1);
      expect(statements(first.map((sql) => `${sql}\n;`).join('\n'))).toEqual(first);
    }),
    { numRuns: 1000 },
  );
});

describe('what PostgreSQL parses as several statements is split into the same', () => {
  beforeAll(loadParser);

  test('for random scripts that parse', () => {
    const valid = fc.constantFrom(
      ...[
        "SELECT 'a;b'",
        "SELECT E'\\';'",
        'SELECT $x$;$x$',
        'SELECT 1 /* ; */',
        'SELECT 1 -- ;\n',
        'BEGIN',
        'COMMIT',
      ],
      ...[
        'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END',
        'SELECT "a;b"',
        "SELECT U&'\\0041;'",
      ],
      ...[
        'CREATE RULE r AS ON DELETE TO t DO ALSO (SELECT 1; SELECT 2)',
        "SELECT 'a'\n'b'",
        'SELECT a$b FROM t',
      ],
    );
    fc.assert(
      fc.property(fc.array(valid, { minLength: 1, maxLength: 8 }), (parts) => {
        const text = parts.join(';');
        const parsed = parseStatements(text);
        if (!parsed.ok) throw new Error(parsed.problem.message);
        expect(statements(text).length).toBe(parsed.statements.length);
      }),
    );
  });
});
