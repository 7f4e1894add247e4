import { scanTokens } from '@shardwright/sql';

/** A statement with values, as SQL, in place of `$1`, `$2`, …. Throws on text that the lexer refuses. */
export function fillParameters(sql: string, values: readonly string[]): string {
  if (values.length === 0) return sql;
  const bytes = Buffer.from(sql, 'utf8');
  const parts: string[] = [];
  let copied = 0;
  for (const { tokenName, text, start, end } of scanTokens(sql)) {
    if (tokenName !== 'PARAM') continue;
    const value = values[Number(text.slice(1)) - 1] ?? text;
    parts.push(bytes.toString('utf8', copied, start), `(${value})`);
    copied = end;
  }
  return parts.join('') + bytes.toString('utf8', copied);
}
