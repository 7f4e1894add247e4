import type { Catalog } from '@shardwright/catalog';
import { nameKey, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { SequenceLoad } from '../model/load.ts';
import type { TargetTable } from '../target/target-database.ts';

/** Every sequence, as rows go on being written between the plan and the load. */
export function sequenceLoads(
  { sequences }: Catalog,
  targets: readonly TargetTable[],
): readonly SequenceLoad[] {
  const feeds = new Map<string, SequenceLoad['feeds'][number][]>();
  for (const { table } of targets) {
    if (table.partitionOf) continue;
    for (const { name: column, sequence } of table.columns) {
      if (sequence === undefined) continue;
      const list = feeds.get(nameKey(sequence)) ?? [];
      feeds.set(nameKey(sequence), [...list, { table: { schema: table.schema, name: table.name }, column }]);
    }
  }
  return sequences.map((sequence) => {
    const name = quoteQualifiedName(sequence);
    return {
      schema: sequence.schema,
      name: sequence.name,
      feeds: feeds.get(nameKey(sequence)) ?? [],
      readPosition: `SELECT last_value, is_called FROM ${name}`,
      setPosition: `SELECT pg_catalog.setval(${quoteLiteral(name)}, $1::bigint, $2::boolean)`,
    };
  });
}
