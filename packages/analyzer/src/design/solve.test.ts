import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type GainGroup, type Program } from './program.ts';
import { solve } from './solve.ts';

const optionCounts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 });

/** Random programs: pairs of tables with gains, and some gains that need three tables. */
const programs = optionCounts.chain((counts) =>
  fc.record({
    costs: fc.tuple(
      ...counts.map((count) =>
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: count, maxLength: count }),
      ),
    ),
    groups: fc.array(
      fc
        .uniqueArray(fc.nat(counts.length - 1), { minLength: 1, maxLength: 3 })
        .chain((tables) =>
          fc.record({
            exclusive: fc.constant(tables.length !== 2),
            terms: fc.array(
              fc.record({
                gain: fc.integer({ min: 1, max: 30 }),
                picks: fc.tuple(...tables.map((table) => fc.nat((counts[table] ?? 1) - 1))),
              }),
              { minLength: 1, maxLength: 4 },
            ),
            tables: fc.constant(tables),
          }),
        )
        .map(({ exclusive, terms, tables }): GainGroup => {
          const seen = new Set<string>();
          return {
            exclusive,
            // Pairs of a relation exclude each other by construction: one gain per combination.
            terms: terms
              .filter(({ picks }) => !seen.has(picks.join()) && seen.add(picks.join()))
              .map(({ gain, picks }) => ({
                gain,
                members: tables.map((table, at) => ({ table, options: [picks[at] ?? 0] })),
              })),
          };
        }),
      { maxLength: 7 },
    ),
  }),
);

describe('solve', () => {
  it('finds what trying every combination finds', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ costs, groups }) => {
        const program: Program = { constant: 100, costs, groups };
        const allowed = costs.map((list) => [...list.keys()]);
        const solution = await solve(program, { allowed, timeLimitSeconds: 10 });
        expect(solution.status).toBe('optimal');
        expect(solution.objective).toBeCloseTo(bruteForce(program, allowed), 6);
        expect(evaluate(program, solution.choice)).toBeCloseTo(solution.objective, 9);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps to the options that are open', async () => {
    const program: Program = {
      constant: 0,
      costs: [
        [5, 1],
        [5, 1],
      ],
      groups: [],
    };
    const { choice, objective } = await solve(program, { allowed: [[0], [0, 1]], timeLimitSeconds: 10 });
    expect(choice).toEqual([0, 1]);
    expect(objective).toBe(6);
  });
});

function bruteForce(program: Program, allowed: readonly (readonly number[])[]): number {
  let best = Number.POSITIVE_INFINITY;
  const choice: number[] = [];
  const visit = (table: number): void => {
    if (table === allowed.length) {
      best = Math.min(best, evaluate(program, choice));
      return;
    }
    for (const option of allowed[table] ?? []) {
      choice[table] = option;
      visit(table + 1);
    }
  };
  visit(0);
  return best;
}
