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
  /** The statement's text from its first word (comments before it are left out) up to its semicolon. */
  readonly sql: string;
  /** Offset of that first word in the parsed string, in UTF-16 units. */
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
    const lead = leadingBlankLength(text);
    const offset = (bytes ? bytes.toString('utf8', 0, start).length : start) + lead;
    return [{ tree: raw.stmt, sql: text.slice(lead).trimEnd(), offset }];
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
  // Unlike the statements' places, the cursor counts characters (code points), not bytes.
  const offset = isAscii(sql) ? cursor : [...sql].slice(0, cursor).join('').length;
  return { message, offset };
}

/** How many UTF-16 units of white space and comments come before the first word. */
export function leadingBlankLength(text: string): number {
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at++;
    if (text.startsWith('--', at)) {
      const end = text.indexOf('\n', at);
      if (end < 0) return text.length;
      at = end + 1;
    } else if (text.startsWith('/*', at)) {
      const end = blockCommentEnd(text, at);
      if (end < 0) return text.length;
      at = end;
    } else return at;
  }
}

// PostgreSQL's block comments nest.
function blockCommentEnd(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return -1;
}

/**
 * A text cut at the semicolons that end statements, for texts of which one statement does not parse.
 * Offsets are in UTF-16 units. A text that even the lexer refuses comes back whole.
 */
export function splitStatements(sql: string): readonly { readonly sql: string; readonly offset: number }[] {
  let tokens: readonly ScanToken[];
  try {
    tokens = scanSync(sql).tokens;
  } catch {
    return [{ sql, offset: 0 }];
  }
  const bytes = isAscii(sql) ? undefined : Buffer.from(sql, 'utf8');
  const unit = (byte: number): number => (bytes ? bytes.toString('utf8', 0, byte).length : byte);
  const pieces: { sql: string; offset: number }[] = [];
  let start = 0;
  let depth = 0;
  let atomicDepth = 0;
  let previous = '';
  for (const token of tokens) {
    const word = token.text.toLowerCase();
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (word === 'atomic' && previous === 'begin') atomicDepth++;
    else if (word === 'case' && atomicDepth > 0) atomicDepth++;
    else if (word === 'end' && atomicDepth > 0) atomicDepth--;
    else if (word === ';' && depth <= 0 && atomicDepth === 0) {
      const end = unit(token.start);
      pieces.push({ sql: sql.slice(start, end), offset: start });
      start = end + 1;
      depth = 0;
    }
    previous = word;
  }
  pieces.push({ sql: sql.slice(start), offset: start });
  return pieces.filter((piece) => leadingBlankLength(piece.sql) < piece.sql.length);
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is the definition of ASCII.
  return /^[\x00-\x7f]*$/.test(text);
}
