import type { Node, ParseResult } from '@pgsql/types';
import {
  fingerprintSync,
  hasSqlDetails,
  loadModule,
  normalizeSync,
  parseSync,
  type ScanToken,
  scanSync,
} from 'libpg-query';
import { deparseSync } from 'pgsql-deparser';

/** One statement's syntax tree with its place in the text it was parsed from. */
export interface ParsedStatement {
  /** The only key names the node: `{ CreateStmt: {…} }`. */
  readonly tree: Node;
  /** The statement's text without its semicolon. */
  readonly sql: string;
  /** Offset of the text in the parsed string, in UTF-16 units. */
  readonly offset: number;
}

/** PostgreSQL's own complaint about a text. */
export interface SyntaxProblem {
  readonly message: string;
  /** Offset of the offending word in UTF-16 units, when the parser tells it. */
  readonly offset: number | undefined;
}

/** Loads PostgreSQL's parser; must have ended before any other function of this package is called. */
export async function loadParser(): Promise<void> {
  await loadModule();
}

/** All statements of a text, or PostgreSQL's complaint. */
export function parseStatements(
  sql: string,
):
  | { readonly ok: true; readonly statements: readonly ParsedStatement[] }
  | { readonly ok: false; readonly problem: SyntaxProblem } {
  let result: ParseResult;
  try {
    result = parseSync(sql);
  } catch (error) {
    return { ok: false, problem: syntaxProblem(error, sql) };
  }
  // The parser counts bytes; only texts with multi-byte characters need the detour over a buffer.
  const bytes = isAscii(sql) ? undefined : Buffer.from(sql, 'utf8');
  const statements = (result.stmts ?? []).flatMap((raw): ParsedStatement[] => {
    if (raw.stmt === undefined) return [];
    const start = raw.stmt_location ?? 0;
    const end = raw.stmt_len ? start + raw.stmt_len : undefined;
    const text = bytes ? bytes.toString('utf8', start, end) : sql.slice(start, end);
    const lead = text.length - text.trimStart().length;
    const offset = (bytes ? bytes.toString('utf8', 0, start).length : start) + lead;
    return [{ tree: raw.stmt, sql: text.trim(), offset }];
  });
  return { ok: true, statements };
}

/** The same for queries that differ only in constants. Throws when the text does not parse. */
export function fingerprint(sql: string): string {
  return fingerprintSync(sql);
}

/** The text with constants replaced by `$n`. Throws when the text does not parse. */
export function normalize(sql: string): string {
  return normalizeSync(sql);
}

/** The lexer's tokens. Throws on text the lexer refuses. */
export function scanTokens(sql: string): readonly ScanToken[] {
  return scanSync(sql).tokens;
}

/** SQL text of an expression or statement tree. */
export function deparse(tree: Node): string {
  return deparseSync(tree as Parameters<typeof deparseSync>[0]);
}

function syntaxProblem(error: unknown, sql: string): SyntaxProblem {
  const message = error instanceof Error ? error.message : String(error);
  const cursor = hasSqlDetails(error) ? error.sqlDetails?.cursorPosition : undefined;
  if (cursor === undefined || cursor < 0) return { message, offset: undefined };
  const offset = isAscii(sql) ? cursor : Buffer.from(sql, 'utf8').toString('utf8', 0, cursor).length;
  return { message, offset };
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is the definition of ASCII.
  return /^[\x00-\x7f]*$/.test(text);
}
