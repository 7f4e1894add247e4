import { formatShare } from '@shardwright/core';
import type { OptionCost } from '../design/candidate-key.ts';
import type { DesignTable } from '../design/design-table.ts';
import type { Problem } from '../design/formulate.ts';
import { decisionOf, type Layout } from '../design/layout.ts';
import type { Candidate } from '../model/analysis.ts';

/** What a table could have been, cheapest first, each with its whole cost next to the other tables' decisions. */
export function tableCandidates(
  problem: Problem,
  layout: Layout,
  table: DesignTable,
  names: ReadonlyMap<string, string>,
  groupsOf: ReadonlyMap<number, Problem['program']['groups']>,
): Candidate[] {
  const chosen = layout.choice[table.index] ?? 0;
  const groups = groupsOf.get(table.index) ?? [];
  const choice = [...layout.choice];
  return (problem.costs[table.index] ?? [])
    .map((cost, position) => {
      choice[table.index] = position;
      let total = problem.program.costs[table.index]?.[position] ?? 0;
      let most = 0;
      for (const group of groups) {
        let best = 0;
        let sum = 0;
        let possible = 0;
        for (const term of group.terms) {
          possible = Math.max(possible, term.gain);
          if (!term.members.every(({ table: member, options }) => options.includes(choice[member] ?? 0)))
            continue;
          best = Math.max(best, term.gain);
          sum += term.gain;
        }
        total -= group.exclusive ? best : sum;
        most += possible;
      }
      return { cost, position, total: total + most };
    })
    .sort((a, b) => a.total - b.total)
    .map(({ cost, position, total }) => ({
      decision: decisionOf(table, cost.option, names, problem),
      cost: total,
      chosen: position === chosen,
      note: candidateNote(problem, cost),
    }));
}

function candidateNote(problem: Problem, cost: OptionCost): string {
  const { option } = cost;
  const notes: string[] = [];
  if (option.kind === 'distributed') {
    if (option.key.added)
      notes.push(
        `added over ${option.key.via.length === 1 ? 'one relation' : `${option.key.via.length} relations`}`,
      );
    const scope = problem.tenancy.coverage[option.key.domain] ?? 0;
    if ((problem.tenancy.scope[option.key.domain] ?? 0) > 0)
      notes.push(`relations lead to this key from ${formatShare(scope)} of the tables`);
  }
  const described = [...cost.parts]
    .filter((part) => part.cost > 0 && part.what !== 'overhead')
    .sort((a, b) => b.cost - a.cost)
    .slice(0, 2)
    .map(
      (part) =>
        `${partWords[part.what]}${part.note === undefined || part.note === '0' ? '' : ` (${part.note})`}`,
    );
  return [...notes, ...described].join('; ');
}

const partWords: Readonly<Record<OptionCost['parts'][number]['what'], string>> = {
  overhead: 'shards and plans',
  'fan-out': 'lookups by other keys ask every shard',
  isolation: 'few other tables share the key',
  nullable: 'the key can be NULL',
  uniqueness: 'unique constraints must take in the key, and then hold per key only',
  backfill: 'a backfill',
  skew: 'the largest key is hot',
  'few-values': 'few values',
  copies: 'copies on every node',
  writes: 'every write goes to every node',
  'tenant-rows': 'every node would hold the rows of all tenants',
  'one-node': 'one node serves it alone',
  preference: 'the column names a role, such as an author, rather than an owner',
};
