import { type ParsedStatement, parseStatements, type SyntaxProblem, scanTokens } from '@shardwright/sql';

/** A text that parses, rewritten where it must be, or PostgreSQL's complaint about the text as it came. */
export type Readable =
  | { readonly ok: true; readonly sql: string; readonly statements: readonly ParsedStatement[] }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/**
 * Parses a statement as logs and statistics write it: `?` may stand for constants (pg_stat_statements before
 * PostgreSQL 10, and drivers), and `$1` with a comment of three dots for a whole list (PostgreSQL 18).
 */
export function parseStatistical(text: string): Readable {
  // Two elements keep the list a list: where a query runs depends on that.
  const sql = text.replaceAll(/\$(\d+) \/\*, \.\.\. \*\//g, '$$$1, $$$1 /*, ... */');
  const parsed = parseStatements(sql);
  if (parsed.ok) return { ok: true, sql, statements: parsed.statements };
  if (!sql.includes('?')) return parsed;
  for (const everywhere of [false, true]) {
    const numbered = numberPlaceholders(sql, everywhere);
    const retried = numbered === undefined ? parsed : parseStatements(numbered);
    if (retried.ok && numbered !== undefined)
      return { ok: true, sql: numbered, statements: retried.statements };
  }
  return parsed;
}

/** The text with each `?` that stands for a value as `$n`; `everywhere` takes the operator `?` for one too. */
function numberPlaceholders(sql: string, everywhere: boolean): string | undefined {
  const bytes = Buffer.from(sql, 'utf8');
  const parts: string[] = [];
  let copied = 0;
  let afterOperand = false;
  let next = 1 + highestParameter(sql);
  try {
    for (const token of scanTokens(sql)) {
      if (token.tokenName.endsWith('COMMENT')) continue;
      // `a=?` is one operator to the lexer.
      const isPlaceholder: boolean =
        /^[-+*/<>=~!@#%^&|`]*\?$/.test(token.text) && (everywhere || token.text !== '?' || !afterOperand);
      if (isPlaceholder) {
        parts.push(bytes.toString('utf8', copied, token.end - 1), ` $${next++}`);
        copied = token.end;
      }
      afterOperand = isPlaceholder || isOperand(token);
    }
  } catch {
    return undefined;
  }
  return parts.join('') + bytes.toString('utf8', copied);
}

/** Whether an operator may follow: a name, a constant, a parameter, or a closing bracket. */
function isOperand({ text, keywordName }: { readonly text: string; readonly keywordName: string }): boolean {
  if (text === ')' || text === ']') return true;
  return (keywordName === 'NO_KEYWORD' || keywordName === 'UNRESERVED_KEYWORD') && /^["'$\w]/.test(text);
}

function highestParameter(sql: string): number {
  return Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
}
