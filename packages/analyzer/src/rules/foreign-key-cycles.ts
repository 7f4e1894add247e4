import type { Table } from '@shardwright/catalog';
import { keyOf } from './object-key.ts';

/** An edge of the graph: `table` has to wait for `target`. */
interface Edge {
  readonly table: Table;
  readonly target: Table;
}

/**
 * Groups of tables that wait for each other (strongly connected components of two and more), each sorted by name.
 * Tarjan's algorithm with its own stack: a chain of 5,000 tables would overflow the call stack.
 */
export function cyclesOf(tables: readonly Table[], edges: readonly Edge[]): readonly (readonly Table[])[] {
  const indexOf = new Map(tables.map((table, index) => [keyOf(table), index]));
  const successors: number[][] = tables.map(() => []);
  for (const edge of edges) {
    const from = indexOf.get(keyOf(edge.table));
    const to = indexOf.get(keyOf(edge.target));
    if (from !== undefined && to !== undefined) successors[from]?.push(to);
  }
  return components(successors)
    .filter((component) => component.length > 1)
    .map((component) =>
      component.flatMap((index) => tables[index] ?? []).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    );
}

interface Frame {
  readonly node: number;
  next: number;
}

function components(successors: readonly (readonly number[])[]): number[][] {
  const order = new Int32Array(successors.length).fill(-1);
  const low = new Int32Array(successors.length);
  const onStack = new Uint8Array(successors.length);
  const stack: number[] = [];
  const found: number[][] = [];
  let counter = 0;
  const enter = (node: number): Frame => {
    order[node] = counter;
    low[node] = counter;
    counter += 1;
    stack.push(node);
    onStack[node] = 1;
    return { node, next: 0 };
  };
  const lower = (node: number, value: number | undefined): void => {
    low[node] = Math.min(low[node] ?? 0, value ?? 0);
  };
  for (let root = 0; root < successors.length; root += 1) {
    if (order[root] !== -1) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const successor = successors[frame.node]?.[frame.next];
      frame.next += 1;
      if (successor !== undefined) {
        if (order[successor] === -1) frames.push(enter(successor));
        else if (onStack[successor] === 1) lower(frame.node, order[successor]);
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.node, low[frame.node]);
      if (low[frame.node] !== order[frame.node]) continue;
      const component: number[] = [];
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack[member] = 0;
        component.push(member);
        if (member === frame.node) break;
      }
      found.push(component);
    }
  }
  return found;
}
