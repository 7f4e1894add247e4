import type { Index } from '@shardwright/catalog';
import { displayName, quoteIdentifier } from '@shardwright/core';

/** An index's method, keys, INCLUDE and WHERE as SQL text, with a column put in front if given. */
export function indexShape(index: Index, first?: string): string {
  const keys = index.keys.map((key) => {
    const value = key.column === undefined ? `(${key.expression ?? ''})` : quoteIdentifier(key.column);
    const collation = key.collation === undefined ? '' : ` COLLATE ${quoteCollation(key.collation)}`;
    const operatorClass = key.operatorClass === undefined ? '' : ` ${key.operatorClass}`;
    return `${value}${collation}${operatorClass}`;
  });
  if (first !== undefined) keys.unshift(quoteIdentifier(first));
  const include = index.include.filter((name) => name !== first).map(quoteIdentifier);
  return [
    ...(index.method === 'btree' ? [] : [`USING ${index.method}`]),
    `(${keys.join(', ')})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${include.join(', ')})`]),
    ...(index.nullsNotDistinct ? ['NULLS NOT DISTINCT'] : []),
    ...(index.predicate === undefined ? [] : [`WHERE ${index.predicate}`]),
  ].join(' ');
}

function quoteCollation(collation: string): string {
  const [schema, name] = collation.split('.');
  if (schema === undefined || name === undefined || /"/.test(collation)) return collation;
  return displayName({ schema, name });
}
