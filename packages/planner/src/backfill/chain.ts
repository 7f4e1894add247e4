import type { Table } from '@shardwright/catalog';
import { nameKey, type QualifiedName, quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import type { BackfillHop } from '../model/backfill.ts';
import type { SourceTables } from './paths.ts';

/** The rows of a table, `t`, each once, beside the value that a path leads to. */
export interface Chain {
  /** FROM with all joins. */
  readonly from: string;
  /** The value; NULL where the path ends early. */
  readonly value: string;
}

/**
 * Joins a table with what a path leads to. LEFT JOIN loses no row, and over a unique key it doubles none: a row meets
 * one other at most. Where no key promises that, one row is taken.
 */
export function chain(
  path: readonly BackfillHop[],
  holderColumn: string,
  tables: SourceTables,
  prefix = 'via',
): Chain {
  const joins = path.map(({ columns, to, referencedColumns, isUnique }, index) => {
    const [before, alias] = [index === 0 ? 't' : `${prefix}_${index}`, `${prefix}_${index + 1}`];
    const condition = (side: string): string =>
      columns
        .map((column, at) => {
          const referenced = quoteIdentifier(referencedColumns[at] ?? column);
          return `${side}.${referenced} = ${before}.${quoteIdentifier(column)}`;
        })
        .join(' AND ');
    if (isUnique) return `LEFT JOIN ${relation(to, tables)} AS ${alias} ON ${condition(alias)}`;
    const value = quoteIdentifier(
      index === path.length - 1 ? holderColumn : (path[index + 1]?.columns[0] ?? ''),
    );
    return `LEFT JOIN LATERAL (SELECT * FROM ${relation(to, tables)} AS one WHERE ${condition('one')} ORDER BY one.${value} LIMIT 1) AS ${alias} ON true`;
  });
  const [first] = path;
  return {
    from: [`FROM ${first === undefined ? '' : relation(first.from, tables)} AS t`, ...joins].join('\n'),
    value: `${prefix}_${path.length}.${quoteIdentifier(holderColumn)}`,
  };
}

/** ONLY where tables inherit: a child's rows are its own business. Partitions are read through their parent. */
export function relation(name: QualifiedName, tables: SourceTables): string {
  const table: Table | undefined = tables.get(nameKey(name));
  const isParent = [...tables.values()].some(({ inherits }) =>
    inherits.some((parent) => nameKey(parent) === nameKey(name)),
  );
  return `${isParent && table?.kind === 'ordinary' ? 'ONLY ' : ''}${quoteQualifiedName(name)}`;
}
