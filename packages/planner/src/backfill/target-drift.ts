import type { Decision } from '@shardwright/analyzer';
import { type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { BackfillHop } from '../model/backfill.ts';
import { meets } from './chain.ts';
import type { ValuePath } from './paths.ts';

/** What a check on the target has to know. */
export interface TargetDriftInput {
  readonly table: QualifiedName;
  /** The distribution column of `table`. */
  readonly column: string;
  readonly colocationGroup: string;
  readonly path: ValuePath;
  readonly decisionOf: (name: QualifiedName) => Decision | undefined;
}

/**
 * Counts rows that do not find their own value along the path. Citus joins each shard with its neighbours, so tables
 * of the same group are compared by their distribution columns too; those of other places are read as a whole first
 * (OFFSET 0), which is slower and the only join that Citus makes with them here.
 */
export function countDriftedOnTarget(input: TargetDriftInput): string {
  const { table, column, path, decisionOf, colocationGroup } = input;
  const own = `t.${quoteIdentifier(column)}`;
  const parts = path.hops.map((hop, index) => {
    const alias = `via_${index + 1}`;
    const decision = decisionOf(hop.to);
    const isNeighbour =
      decision?.kind === 'distributed' &&
      decision.method === 'hash' &&
      decision.colocationGroup === colocationGroup;
    const isPlain = isNeighbour || decision?.kind === 'reference';
    const relation = isPlain ? quoteQualifiedName(hop.to) : whole(hop, path, index);
    const conditions = [
      meets(hop, index === 0 ? 't' : `via_${index}`, alias),
      ...(isNeighbour ? [`${alias}.${quoteIdentifier(decision.column)} = ${own}`] : []),
    ];
    return { relation: `${relation} AS ${alias}`, conditions };
  });
  const value = `via_${path.hops.length}.${quoteIdentifier(path.column)} = ${own}`;
  const [first, ...rest] = parts;
  const where = new Set([
    ...(first?.conditions ?? []),
    ...(parts.at(-1)?.conditions.includes(value) ? [] : [value]),
  ]);
  return [
    `SELECT count(*)\nFROM ${quoteQualifiedName(table)} AS t`,
    `WHERE NOT EXISTS (SELECT FROM ${first?.relation}`,
    ...rest.map(({ relation, conditions }) => `  JOIN ${relation} ON ${conditions.join(' AND ')}`),
    `  WHERE ${[...where].join(' AND ')})`,
  ].join('\n');
}

/** A table as a query of its own, with the columns that are needed of it. */
function whole(hop: BackfillHop, path: ValuePath, index: number): string {
  const next = path.hops[index + 1]?.columns ?? [path.column];
  const columns = [...new Set([...hop.referencedColumns, ...next])].map(quoteIdentifier);
  return `(SELECT ${columns.join(', ')} FROM ${quoteQualifiedName(hop.to)} OFFSET 0)`;
}
