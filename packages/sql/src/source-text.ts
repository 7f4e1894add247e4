import type { Node } from '@pgsql/types';
import type { ScanToken } from 'libpg-query';
import { nodeKind } from './node.ts';
import { deparse, parseStatements, scanTokens } from './parser.ts';

/** Tokens that are tried behind the last one of which the tree tells the place. */
const farthestEnd = 64;

/**
 * SQL text of an expression or query; never throws. `source` is the statement it was parsed from, alone and from
 * its first word: what the deparser does not know (JSON_VALUE and its kin) is cut out of it, in the writer's own
 * words, and where even that fails (the tree was changed since) the whole statement stands for its part.
 */
export function sqlText(tree: Node, source: string): string {
  try {
    return deparse(tree);
  } catch {
    return cutOut(tree, source) ?? source;
  }
}

function cutOut(tree: Node, source: string): string | undefined {
  const bytes = Buffer.from(source, 'utf8');
  const places = locationsIn(tree);
  let tokens: readonly ScanToken[];
  try {
    tokens = scanTokens(source);
  } catch {
    return undefined;
  }
  const isQuery = nodeKind(tree).endsWith('Stmt');
  const shape = shapeOf(tree);
  // The tree tells where words begin that matter, not where the expression ends or its parentheses begin.
  const before = (place: number): number => tokens.findLastIndex((token) => token.start <= place);
  const first = before(places.reduce((least, place) => Math.min(least, place), bytes.length));
  const last = before(places.reduce((most, place) => Math.max(most, place), 0));
  for (let from = first; from >= 0; from--) {
    const isLead = from === first || tokens[from]?.text === '(' || (isQuery && isQueryWord(tokens[from]));
    if (!isLead && !isQuery) return undefined;
    if (!isLead) continue;
    const ends = tokens.slice(last, isQuery ? undefined : last + farthestEnd);
    for (const end of isQuery ? ends.reverse() : ends) {
      const text = bytes.toString('utf8', tokens[from]?.start, end.end);
      if (shapeOf(parseAlone(text, isQuery)) === shape) return text;
    }
  }
  return undefined;
}

function isQueryWord(token: ScanToken | undefined): boolean {
  return /^(select|with|values|table)$/i.test(token?.text ?? '');
}

function parseAlone(text: string, isQuery: boolean): unknown {
  const parsed = parseStatements(isQuery ? text : `SELECT ${text}`);
  const [statement] = parsed.ok && parsed.statements.length === 1 ? parsed.statements : [];
  if (statement === undefined || isQuery) return statement?.tree;
  const select = 'SelectStmt' in statement.tree ? statement.tree.SelectStmt : {};
  const { targetList = [], ...rest } = select;
  const [target] = targetList;
  // `a FROM b` and `a, b` parse as well, but are no expressions.
  const isAlone = targetList.length === 1 && Object.keys(rest).every((key) => !key.endsWith('Clause'));
  return isAlone && target && 'ResTarget' in target ? target.ResTarget.val : undefined;
}

// A node's place may be 0, which the parser leaves out: only trees at a statement's very beginning have it.
function locationsIn(tree: Node): number[] {
  const found: number[] = [];
  JSON.stringify(tree, (key, value: unknown) => {
    if (isLocation(key) && typeof value === 'number' && value >= 0) found.push(value);
    return value;
  });
  return found;
}

function shapeOf(tree: unknown): string | undefined {
  return JSON.stringify(tree, (key, value: unknown) => (isLocation(key) ? undefined : value));
}

function isLocation(key: string): boolean {
  return /location$|^rexpr_list_(start|end)$|^list_(start|end)$/.test(key);
}
