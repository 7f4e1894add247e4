import type { DataType } from '@shardwright/catalog';
import { quoteQualifiedName } from '@shardwright/core';

/** A type as a column definition names it, with its schema unless it is PostgreSQL's own. */
export function typeText(type: DataType): string {
  // `format_type` names types of other schemas with their schema, but only if they are not on the search path.
  if (type.schema === 'pg_catalog' || type.schema === '' || type.sql.includes('.')) return type.sql;
  const modifiers = type.modifiers.length === 0 ? '' : `(${type.modifiers.join(',')})`;
  return `${quoteQualifiedName(type)}${modifiers}${'[]'.repeat(type.arrayDimensions)}`;
}
