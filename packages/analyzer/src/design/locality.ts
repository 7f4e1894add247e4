import type { Relation } from '../model/analysis.ts';
import type { Edge } from '../relations/edge.ts';
import type { Option } from './candidate-key.ts';
import type { Problem } from './formulate.ts';
import type { Choice } from './program.ts';
import { colocatedShare, relationWeight } from './relation-gains.ts';

/** Where a relation's two sides meet under a choice. */
export function localityOf(problem: Problem, edge: Edge, choice: Choice): Relation['locality'] {
  const from = problem.options[edge.from]?.[choice[edge.from] ?? 0];
  const to = problem.options[edge.to]?.[choice[edge.to] ?? 0];
  if (from === undefined || to === undefined) return 'network';
  if (isLocal(from) && isLocal(to)) return 'local';
  if (to.kind === 'reference' || from.kind === 'reference') return 'reference';
  if (from.kind === 'single-shard' && to.kind === 'single-shard')
    return from.schema === to.schema ? 'colocated' : 'network';
  if (from.kind !== 'distributed' || to.kind !== 'distributed') return 'network';
  if (edge.from === edge.to) return 'colocated';
  const share = colocatedShare(edge, from.key, to.key, problem.tenancy.consistency);
  return share >= 0.5 ? 'colocated' : 'network';
}

function isLocal(option: Option): boolean {
  return option.kind === 'local';
}

/** All relations with their locality, as the report lists them. */
export function reportRelations(problem: Problem, choice: Choice): Relation[] {
  return problem.edges.flatMap((edge) => {
    const from = problem.tables[edge.from]?.table;
    const to = problem.tables[edge.to]?.table;
    if (from === undefined || to === undefined) return [];
    return [
      {
        from: { schema: from.schema, name: from.name },
        columns: edge.columns,
        to: { schema: to.schema, name: to.name },
        referencedColumns: edge.referencedColumns,
        origin: edge.origin,
        ...(edge.constraint === undefined ? {} : { constraint: edge.constraint }),
        ...(edge.evidence === undefined ? {} : { evidence: edge.evidence }),
        locality: localityOf(problem, edge, choice),
      },
    ];
  });
}

/** Share of the relations, weighted by the bytes they would move, that need no network. */
export function localRelationShare(problem: Problem, choice: Choice): number {
  let total = 0;
  let local = 0;
  for (const edge of problem.edges) {
    const { join, foreignKey } = relationWeight(edge, problem);
    total += join + foreignKey;
    if (localityOf(problem, edge, choice) !== 'network') local += join + foreignKey;
  }
  return total === 0 ? 1 : local / total;
}
