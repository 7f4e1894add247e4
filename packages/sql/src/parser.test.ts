import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { leadingBlankLength, loadParser, parseStatements, splitStatements } from './parser.ts';

beforeAll(loadParser);

test('a statement starts at its first word, comments and multi-byte text before it or not', () => {
  const text = "-- é\nSELECT 'ü'; /* a /* b */ */ SELECT 2 ; ";
  const parsed = parseStatements(text);
  expect(parsed.ok && parsed.statements.map(({ sql, offset }) => [sql, offset])).toEqual([
    ["SELECT 'ü'", 5],
    ['SELECT 2', text.indexOf('SELECT 2')],
  ]);
});

test('a complaint points at the offending word', () => {
  const text = "SELECT 'ü' FROM FROM t";
  const parsed = parseStatements(text);
  expect(parsed).toMatchObject({ ok: false, problem: { offset: text.lastIndexOf('FROM') } });
});

test('texts are cut at the semicolons that end statements only', () => {
  const parts = [
    "SELECT ';'",
    'CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN 1 = 1 THEN 1 END; SELECT 2; END',
    'BROKEN ; -- é'.slice(0, 6),
    'DO $x$ ; $x$ /* ; */ ',
  ];
  expect(splitStatements(parts.join(';')).map((piece) => piece.sql)).toEqual(parts);
});

test('pieces are found at their offsets', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('SELECT 1', "SELECT 'ä;'", 'x y', '-- c;\n'), { maxLength: 6 }),
      (parts) => {
        const text = parts.join(';\n');
        for (const piece of splitStatements(text))
          expect(text.startsWith(piece.sql, piece.offset)).toBe(true);
      },
    ),
  );
});

test('a text of comments has no first word', () => {
  expect(leadingBlankLength(' -- x\n/* /* */')).toBe(' -- x\n/* /* */'.length);
});
