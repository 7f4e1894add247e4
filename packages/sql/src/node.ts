import type { Node } from '@pgsql/types';

/** The names of syntax-tree nodes: `CreateStmt`, `ColumnRef`, … */
export type NodeKind = Node extends infer N ? (N extends unknown ? keyof N : never) : never;

/** What a node of one kind holds. */
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>>[K];

/** The inside of a node when it is of that kind. */
export function pick<K extends NodeKind>(node: Node | undefined, kind: K): NodeOf<K> | undefined {
  if (node === undefined) return undefined;
  // A node is an object of one key; the type system cannot index a union of such objects.
  return (node as unknown as Partial<Record<K, NodeOf<K>>>)[kind];
}

/** The insides of those nodes of a list that are of that kind. */
export function pickAll<K extends NodeKind>(nodes: readonly Node[] | undefined, kind: K): NodeOf<K>[] {
  const found: NodeOf<K>[] = [];
  for (const node of nodes ?? []) {
    const inside = pick(node, kind);
    if (inside !== undefined) found.push(inside);
  }
  return found;
}

/** The only key of a node: its kind. */
export function nodeKind(node: Node): string {
  return Object.keys(node)[0] ?? '';
}

/** The strings of a list of `String` nodes, as names are kept. */
export function strings(nodes: readonly Node[] | undefined): string[] {
  return pickAll(nodes, 'String').map((string) => string.sval ?? '');
}

/**
 * Calls `visit` with every node under (and including) a value, parents first; a `false` answer leaves the node's
 * inside unvisited. Fields that hold a struct without its kind (`relation`, `larg`) are walked through, not offered.
 */
export function walk(root: unknown, visit: (kind: string, inside: Record<string, unknown>) => boolean): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--) pending.push(value[index]);
      continue;
    }
    if (!isRecord(value)) continue;
    const keys = Object.keys(value);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] ?? '';
      const inside = value[key];
      if (!isRecord(inside)) {
        if (Array.isArray(inside)) pending.push(inside);
        continue;
      }
      // Node kinds start with a capital letter, plain fields do not.
      const first = key.charCodeAt(0);
      if (first < 65 || first > 90 || visit(key, inside)) pending.push(inside);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
