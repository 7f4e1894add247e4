import { type QualifiedName, quoteQualifiedName } from '@shardwright/core';
import type { View } from '../model/objects.ts';
import type { Index } from '../model/table.ts';
import type { CreationOrder } from './creation-order.ts';
import { liveDefinition, type RunFile } from './reader.ts';

interface ViewRow extends QualifiedName {
  readonly oid: number;
  readonly kind: 'v' | 'm';
  readonly populated: boolean;
  readonly options: readonly string[];
  readonly accessMethod: string | null;
  readonly query: string;
  readonly dependsOn: readonly QualifiedName[] | null;
}

/** Reads all views; `indexes` are those of materialised views by oid. */
export async function readViews(
  run: RunFile,
  indexes: ReadonlyMap<number, readonly Index[]>,
  order: CreationOrder,
): Promise<readonly View[]> {
  const rows = await run<ViewRow>('views');
  return rows.map((row): View => {
    const query = row.query.trim().replace(/;$/, '');
    return {
      schema: row.schema,
      name: row.name,
      kind: row.kind === 'm' ? 'materialized' : 'view',
      query,
      dependsOn: row.dependsOn ?? [],
      indexes: indexes.get(row.oid) ?? [],
      definition: liveDefinition(viewStatement(row, query), order('pg_class', row.oid)),
    };
  });
}

function viewStatement(row: ViewRow, query: string): string {
  const method = row.accessMethod === null || row.accessMethod === 'heap' ? '' : ` USING ${row.accessMethod}`;
  const options = row.options.length === 0 ? '' : ` WITH (${row.options.join(', ')})`;
  const isMaterialized = row.kind === 'm';
  return [
    `CREATE ${isMaterialized ? 'MATERIALIZED ' : ''}VIEW ${quoteQualifiedName(row)}${method}${options} AS`,
    `\n${query}`,
    isMaterialized && !row.populated ? '\nWITH NO DATA' : '',
  ].join('');
}
