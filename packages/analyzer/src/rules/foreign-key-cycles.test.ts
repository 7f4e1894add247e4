import type { Table } from '@shardwright/catalog';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cyclesOf } from './foreign-key-cycles.ts';

function table(name: string): Table {
  return {
    schema: 'public',
    name,
    kind: 'ordinary',
    persistence: 'permanent',
    columns: [],
    constraints: [],
    indexes: [],
    inherits: [],
    rowSecurity: 'off',
    replicaIdentity: 'default',
    options: [],
    definition: { line: 1, sql: '' },
  };
}

const names = (cycles: readonly (readonly Table[])[]): string[][] =>
  cycles.map((cycle) => cycle.map((one) => one.name)).sort();

test('tables that wait for each other form one group, in the order of their names', () => {
  const [a, b, c, d] = [table('a'), table('b'), table('c'), table('d')];
  const edges = [
    { table: c, target: a },
    { table: a, target: b },
    { table: b, target: c },
    { table: c, target: d },
  ];
  expect(names(cyclesOf([d, c, b, a], edges))).toEqual([['a', 'b', 'c']]);
});

test('a chain of 20,000 tables has no cycle and does not overflow the stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => table(`t${index}`));
  const edges = chain.slice(1).map((target, index) => ({ table: chain[index] ?? target, target }));
  expect(cyclesOf(chain, edges)).toEqual([]);
});

test('two tables share a group exactly when each can be reached from the other', () => {
  const size = 8;
  const pair = fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      const tables = Array.from({ length: size }, (_, index) => table(`t${index}`));
      const at = (index: number): Table => tables[index] ?? table('none');
      const reach = tables.map((_, from) =>
        tables.map((__, to) => pairs.some(([a, b]) => a === from && b === to)),
      );
      for (let via = 0; via < size; via += 1)
        for (const row of reach)
          if (row[via]) for (let to = 0; to < size; to += 1) row[to] ||= reach[via]?.[to] ?? false;
      const groups = cyclesOf(
        tables,
        pairs.map(([from, to]) => ({ table: at(from), target: at(to) })),
      );
      for (let from = 0; from < size; from += 1) {
        for (let to = from + 1; to < size; to += 1) {
          const together = groups.some((group) => group.includes(at(from)) && group.includes(at(to)));
          expect(together).toBe(Boolean(reach[from]?.[to] && reach[to]?.[from]));
        }
      }
    }),
  );
});
