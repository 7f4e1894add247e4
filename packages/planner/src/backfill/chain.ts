import { nameKey, type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { BackfillHop } from '../model/backfill.ts';
import type { SourceTables, ValuePath } from './paths.ts';

/** The rows of a table, `t`, each once, beside the value that a path leads to. */
export interface Chain {
  /** FROM with all joins. */
  readonly from: string;
  /** The joins alone. */
  readonly joins: string;
  /** The value; NULL where the path ends early. A column of the table itself where the path has no hops. */
  readonly value: string;
}

/** What a chain is made of. */
export interface ChainInput extends ValuePath {
  /** Whose rows are read: the table where the path begins, or one of its partitions. */
  readonly rows: QualifiedName;
  readonly tables: SourceTables;
  /** Of the names of joined tables; another one where two chains stand in one query. */
  readonly prefix?: string;
}

/**
 * Joins a table with what a path leads to. LEFT JOIN loses no row, and over a unique key it doubles none: a row meets
 * one other at most. Where no key promises that, one row is taken.
 */
export function chain({ hops, column, rows, tables, prefix = 'via' }: ChainInput): Chain {
  const joins = hops.map((hop, index) => {
    const [before, alias] = [index === 0 ? 't' : `${prefix}_${index}`, `${prefix}_${index + 1}`];
    const to = relation(hop.to, tables);
    if (hop.isUnique) return `LEFT JOIN ${to} AS ${alias} ON ${meets(hop, before, alias)}`;
    const next = quoteIdentifier(hops[index + 1]?.columns[0] ?? column);
    return `LEFT JOIN LATERAL (SELECT * FROM ${to} AS one WHERE ${meets(hop, before, 'one')} ORDER BY one.${next} LIMIT 1) AS ${alias} ON true`;
  });
  return {
    from: [`FROM ${relation(rows, tables)} AS t`, ...joins].join('\n'),
    joins: joins.join('\n'),
    value: `${hops.length === 0 ? 't' : `${prefix}_${hops.length}`}.${quoteIdentifier(column)}`,
  };
}

/** That a row refers to another. */
export function meets({ columns, referencedColumns }: BackfillHop, from: string, to: string): string {
  return columns
    .map((column, at) => {
      const referenced = quoteIdentifier(referencedColumns[at] ?? column);
      return `${to}.${referenced} = ${from}.${quoteIdentifier(column)}`;
    })
    .join(' AND ');
}

/** ONLY where tables inherit: a child's rows are its own business. Partitions are read through their parent. */
export function relation(name: QualifiedName, tables: SourceTables): string {
  const table = tables.get(nameKey(name));
  const isParent = [...tables.values()].some(({ inherits }) =>
    inherits.some((parent) => nameKey(parent) === nameKey(name)),
  );
  return `${isParent && table?.kind === 'ordinary' ? 'ONLY ' : ''}${quoteQualifiedName(name)}`;
}
