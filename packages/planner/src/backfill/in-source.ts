import type { Column, Table } from '@shardwright/catalog';
import { quoteIdentifier, quoteQualifiedName } from '@shardwright/core';
import { typeText } from '../ddl/type-text.ts';
import type { BackfillInSource } from '../model/backfill.ts';
import { type Chain, relation } from './chain.ts';
import type { SourceTables } from './paths.ts';

const rowsPerBatch = 10_000;

/** The statements that fill a column in a source that is in use. */
export function backfillInSource(
  table: Table,
  column: Column,
  { from, value }: Chain,
  tables: SourceTables,
): BackfillInSource {
  const name = quoteQualifiedName(table);
  const added = quoteIdentifier(column.name);
  const check = quoteIdentifier(shortened(`${table.name}_${column.name}_filled`));
  const index = shortened(`${table.name}_${column.name}_missing`);
  const key = table.constraints.find(({ kind }) => kind === 'primary-key');
  const ids = key?.kind === 'primary-key' ? key.columns.map(quoteIdentifier) : ['tableoid', 'ctid'];
  // Building one on a partitioned table cannot be done without its writers waiting.
  const hasIndex = key !== undefined && table.kind === 'ordinary';
  const dropIndex = `DROP INDEX CONCURRENTLY IF EXISTS ${quoteQualifiedName({ schema: table.schema, name: index })}`;
  const batch = [
    `SELECT ${ids.map((id) => `t.${id}`).join(', ')}, ${value} AS filled`,
    from,
    `WHERE t.${added} IS NULL AND ${value} IS NOT NULL`,
    `${key === undefined ? '' : `ORDER BY ${ids.map((id) => `t.${id}`).join(', ')} `}LIMIT ${rowsPerBatch}`,
  ].join('\n');
  const update = `UPDATE ${relation(table, tables)} AS t SET ${added} = batch.filled FROM (\n${batch}\n) AS batch WHERE ${ids.map((id) => `t.${id} = batch.${id}`).join(' AND ')}`;
  const tag = `$fill$`;
  return {
    prepare: [
      `ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${added} ${typeText(column.type)}`,
      ...(hasIndex
        ? [
            `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(index)} ON ${name} (${ids.join(', ')}) WHERE ${added} IS NULL`,
          ]
        : []),
    ],
    fill: `DO ${tag}\nBEGIN\nLOOP\n${update};\nEXIT WHEN NOT FOUND;\nCOMMIT;\nEND LOOP;\nEND\n${tag}`,
    countDrifted: `SELECT count(*)\n${from}\nWHERE t.${added} IS DISTINCT FROM ${value}`,
    finish: [
      `ALTER TABLE ${name} ADD CONSTRAINT ${check} CHECK (${added} IS NOT NULL) NOT VALID`,
      `ALTER TABLE ${name} VALIDATE CONSTRAINT ${check}`,
      `ALTER TABLE ${name} ALTER COLUMN ${added} SET NOT NULL`,
      `ALTER TABLE ${name} DROP CONSTRAINT ${check}`,
      ...(hasIndex ? [dropIndex] : []),
    ],
    undo: [...(hasIndex ? [dropIndex] : []), `ALTER TABLE ${name} DROP COLUMN IF EXISTS ${added}`],
  };
}

/** Within the 63 bytes of a name, and still different for different columns. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= 63) return name;
  const sum = [...name].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  return `${Buffer.from(name).subarray(0, 48).toString().replace(/�$/, '')}_${sum.toString(36)}`;
}
