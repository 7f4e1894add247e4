import type { QualifiedName } from '@shardwright/core';
import type { Routine } from '../model/objects.ts';
import type { CreationOrder } from './creation-order.ts';
import { liveDefinition, type RunFile } from './reader.ts';

interface RoutineRow extends QualifiedName {
  readonly oid: number;
  readonly kind: 'f' | 'p' | 'a' | 'w';
  readonly argumentTypes: readonly string[];
  readonly returns: string | null;
  readonly language: string;
  readonly volatility: 'i' | 's' | 'v';
  readonly definition: string | null;
}

interface AggregateRow {
  readonly oid: number;
  readonly definition: string;
}

const kinds = { f: 'function', p: 'procedure', a: 'aggregate', w: 'function' } as const;
const volatilities = { i: 'immutable', s: 'stable', v: 'volatile' } as const;

/** Reads all functions, procedures and aggregates. */
export async function readRoutines(run: RunFile, order: CreationOrder): Promise<readonly Routine[]> {
  const rows = await run<RoutineRow>('routines');
  const aggregates = new Map(
    (await run<AggregateRow>('aggregates')).map(({ oid, definition }) => [oid, definition]),
  );
  return rows.map(
    (row): Routine => ({
      schema: row.schema,
      name: row.name,
      kind: kinds[row.kind],
      argumentTypes: row.argumentTypes,
      ...(row.returns === null ? {} : { returns: row.returns }),
      language: row.language,
      volatility: volatilities[row.volatility],
      definition: liveDefinition(row.definition ?? aggregates.get(row.oid) ?? '', order('pg_proc', row.oid)),
    }),
  );
}
