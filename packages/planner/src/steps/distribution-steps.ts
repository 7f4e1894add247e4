import type { Table } from '@shardwright/catalog';
import { displayName, nameKey, quoteIdentifier, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { PlannedGroup, Step } from '../model/plan.ts';
import type { Placement, Placements } from '../target/placements.ts';
import type { RangeBounds } from '../target/range-shards.ts';
import { step } from './step.ts';

/** Tells Citus where each table lives, shard counts and neighbours named. */
export function distributionSteps({ tables }: Placements): readonly Step[] {
  const schemas = new Set<string>();
  return tables.flatMap((placement) => {
    const { target, strategy } = placement;
    const { table } = target;
    if (strategy === 'local') return [];
    if (strategy !== 'schema')
      return [step('distribute', quoteQualifiedName(table), distribution(placement))];
    if (schemas.has(table.schema)) return [];
    schemas.add(table.schema);
    return [schemaStep(table.schema)];
  });
}

interface Distribution {
  readonly title: string;
  readonly apply: readonly string[];
  readonly hazards?: readonly string[];
}

function distribution({ target, strategy, group, hasCutShardNames }: Placement): Distribution {
  const { table, decision, ranges } = target;
  const shown = displayName(table);
  const name = quoteLiteral(quoteQualifiedName(table));
  if (decision.kind === 'reference') {
    return { title: `${shown} is copied to every node`, apply: [`SELECT create_reference_table(${name})`] };
  }
  if (decision.kind !== 'distributed') {
    const title = `${shown} lives whole on one node`;
    return { title, apply: [`SELECT create_distributed_table(${name}, NULL, ${neighbours(table, group)})`] };
  }
  const column = quoteLiteral(decision.column);
  if (strategy === 'range' && ranges !== undefined) {
    return {
      title: `${shown} is distributed by ranges of ${decision.column}`,
      apply: [`SELECT create_distributed_table(${name}, ${column}, 'range')`, createRanges(name, ranges)],
      hazards: [
        `Only the coordinator knows ${shown}: no worker answers queries on it. It is never co-located, and what grows ends up in its last shard.`,
      ],
    };
  }
  const times = strategy === 'time-partitioned' ? ', partitions and all' : '';
  const create = `SELECT create_distributed_table(${name}, ${column}, ${neighbours(table, group)})`;
  return {
    title: `${shown} is distributed by ${decision.column}${times}`,
    apply: hasCutShardNames ? oneShardAfterTheOther(create) : [create],
  };
}

/**
 * Where names of shards are cut, their array types want the same name; made side by side, shards wait for each other
 * until Citus ends them as a deadlock. It guards against this in later statements and not where tables are distributed
 * (Citus 13.2: `SwitchToSequentialAndLocalExecutionIfShardNameTooLong` and its callers).
 */
function oneShardAfterTheOther(create: string): readonly string[] {
  return ["SET citus.multi_shard_modify_mode TO 'sequential'", create, 'RESET citus.multi_shard_modify_mode'];
}

/** The first of a group says how many shards there are, the others where they lie. */
function neighbours(table: Table, group: PlannedGroup | undefined): string {
  if (group !== undefined && nameKey(group.leader) !== nameKey(table))
    return `colocate_with => ${quoteLiteral(quoteQualifiedName(group.leader))}`;
  const count = group?.type === undefined ? '' : `shard_count => ${group.shardCount}, `;
  return `${count}colocate_with => 'none'`;
}

/** Citus makes no shards for ranges: they are made one by one, and told their ends in its catalog. */
function createRanges(name: string, { starts, last, type, step: gap }: RangeBounds): string {
  return [
    'DO $$ DECLARE',
    `  starts text[] := ARRAY[${starts.map(quoteLiteral).join(', ')}];`,
    '  shard bigint;',
    'BEGIN',
    '  FOR at IN 1 .. array_length(starts, 1) LOOP',
    `    shard := pg_catalog.master_create_empty_shard(${name});`,
    '    UPDATE pg_catalog.pg_dist_shard SET shardminvalue = starts[at],',
    `      shardmaxvalue = coalesce((starts[at + 1]::${type} - ${gap})::text, ${quoteLiteral(last)})`,
    '    WHERE shardid = shard;',
    '  END LOOP;',
    'END $$',
  ].join('\n');
}

function schemaStep(schema: string): Step {
  const name = quoteLiteral(quoteIdentifier(schema));
  return step('distribute', `schema ${quoteIdentifier(schema)}`, {
    title: `schema ${schema} lives whole on one node, with all its tables`,
    apply: [`SELECT citus_schema_distribute(${name})`],
    hazards: [`Tables that are made in ${schema} later live there as well.`],
  });
}
