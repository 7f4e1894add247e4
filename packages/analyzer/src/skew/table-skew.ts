import type { DesignTable } from '../design/design-table.ts';
import type { Problem } from '../design/formulate.ts';
import type { Layout } from '../design/layout.ts';
import type { Skew } from '../model/analysis.ts';
import { placeRows } from './placement.ts';

/** Where a distributed table's rows would land, when its key was measured. */
export function tableSkew(problem: Problem, layout: Layout, table: DesignTable): Skew | undefined {
  const decision = layout.decisions[table.index];
  if (decision?.kind !== 'distributed' || decision.addedColumn || decision.method === 'range')
    return undefined;
  const statistics = table.statistics;
  const measured = statistics?.columns[decision.column];
  const column = table.columns.get(decision.column);
  if (statistics === undefined || measured === undefined || column === undefined || statistics.rows === 0)
    return undefined;
  return placeRows({
    bytes: statistics.bytes,
    column: measured,
    type: column.type.arrayDimensions > 0 ? `${column.type.name}[]` : column.type.name,
    shards: layout.design.shardCount,
    nodes: problem.nodes,
  });
}
