import { type Node, parseStatements } from '@shardwright/sql';

/**
 * What an expression says, whatever its blanks, brackets and casts of constants: versions of the server cast the
 * elements of lists differently. An unreadable text stands for itself.
 */
export function canonicalExpression(sql: string): unknown {
  const tree = onlyTree(`SELECT ${sql}`);
  return tree === undefined ? withoutBlanks(sql) : canonicalNode(tree);
}

/** What a statement says, likewise. */
export function canonicalStatement(sql: string): unknown {
  const tree = onlyTree(sql);
  return tree === undefined ? withoutBlanks(sql) : canonicalNode(tree);
}

/** The syntax tree of a text of one statement. */
export function onlyTree(sql: string): Node | undefined {
  const parsed = parseStatements(sql);
  return parsed.ok && parsed.statements.length === 1 ? parsed.statements[0]?.tree : undefined;
}

/** A text in which blanks do not count. */
export function withoutBlanks(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}

const positions = new Set(['location', 'list_start', 'list_end', 'stmt_location', 'stmt_len']);

/** A tree without positions and without casts of constants and lists. */
export function canonicalNode(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(canonicalNode);
  if (typeof tree !== 'object' || tree === null) return tree;
  const written = uncast(tree);
  if ('A_Const' in written || 'A_ArrayExpr' in written) return canonicalMembers(written);
  return canonicalMembers(tree);
}

function canonicalMembers(tree: object): unknown {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => (positions.has(key) ? [] : [[key, canonicalNode(value)]])),
  );
}

function uncast(tree: object): object {
  return 'TypeCast' in tree ? uncast((tree.TypeCast as { readonly arg: object }).arg) : tree;
}
