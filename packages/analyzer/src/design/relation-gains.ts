import type { Edge } from '../relations/edge.ts';
import type { KeyOption, Option } from './candidate-key.ts';
import { type CostInput, rates } from './costs.ts';

/** A pair of options that keeps a relation inside one node, with the network bytes that saves. */
interface PairGain {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly gain: number;
}

/** What a relation costs when nothing helps, and which choices spare how much of it. */
export interface RelationGains {
  readonly edge: Edge;
  /** Megabytes when neither table's place helps. */
  readonly cost: number;
  /** Gain when the referenced table is a reference table, whatever the other is. */
  readonly referenceGain: number;
  /** Positions in the two tables' option lists; gains of pairs exclude each other. */
  readonly pairs: readonly PairGain[];
}

const megabyte = 1_048_576;

/** The gains of all relations that connect two different tables or a table with itself. */
export function relationGains(
  edges: readonly Edge[],
  options: readonly (readonly Option[])[],
  input: CostInput,
): RelationGains[] {
  return edges.flatMap((edge) => {
    const from = options[edge.from] ?? [];
    const to = options[edge.to] ?? [];
    const { join, foreignKey } = relationWeight(edge, input);
    const cost = join + foreignKey;
    if (edge.from === edge.to) return [];
    const pairs: PairGain[] = [];
    for (const [fromPosition, left] of from.entries()) {
      if (left.kind !== 'distributed') continue;
      for (const [toPosition, right] of to.entries()) {
        if (right.kind !== 'distributed') continue;
        const share = colocatedShare(edge, left.key, right.key, input.tenancy.consistency);
        if (share > 0) pairs.push({ from: [fromPosition], to: [toPosition], gain: cost * share });
      }
    }
    const sameSchema = input.tables[edge.from]?.table.schema === input.tables[edge.to]?.table.schema;
    if (from[0]?.kind === 'single-shard' && to[0]?.kind === 'single-shard' && sameSchema)
      pairs.push({ from: [0], to: [0], gain: cost });
    const fromLocal = positions(from, 'local');
    const toLocal = positions(to, 'local');
    if (fromLocal.length > 0 && toLocal.length > 0) pairs.push({ from: fromLocal, to: toLocal, gain: cost });
    // A reference table joins locally with anything, but may not point a foreign key at a distributed table.
    const fromReference = positions(from, 'reference');
    const toDistributed = positions(to, 'distributed');
    if (fromReference.length > 0 && toDistributed.length > 0)
      pairs.push({ from: fromReference, to: toDistributed, gain: join * 0.5 });
    return [{ edge, cost, referenceGain: cost, pairs }];
  });
}

/** Megabytes a relation is worth: the join's traffic, and what losing the foreign key costs. */
export function relationWeight(
  edge: Edge,
  input: Pick<CostInput, 'sizes' | 'tables' | 'structureWeight' | 'nodes'>,
): { readonly join: number; readonly foreignKey: number } {
  const from = input.sizes[edge.from]?.weight ?? 0;
  const to = input.sizes[edge.to]?.weight ?? 0;
  const table = input.tables[edge.from];
  const identifies =
    edge.origin !== 'workload' && edge.columns.every((column) => table?.primaryKey.includes(column) === true);
  const factor =
    edge.confidence * (edge.naming === 'role' ? 0.6 : 1) * (edge.notNull ? 1 : 0.8) * (identifies ? 1.5 : 1);
  // Either both sides are repartitioned, or the referenced one is sent to every node.
  const moved = Math.min(from + to, to * Math.max(2, input.nodes));
  const traffic = (moved / megabyte) * factor;
  return {
    join: traffic * input.structureWeight,
    foreignKey: edge.origin === 'foreign-key' ? traffic * rates.foreignKeyLost : 0,
  };
}

/**
 * How much of a relation stays on one shard under two keys: all of it when the relation itself ties the keys, or
 * when one key is filled from the other over it; else as much as equal keys of the domain go with related rows.
 */
export function colocatedShare(
  edge: Edge,
  from: KeyOption,
  to: KeyOption,
  consistency: readonly number[],
): number {
  if (from.group !== to.group) return 0;
  const paired = to.added ? -1 : edge.referencedColumns.indexOf(to.column);
  if (paired >= 0 && edge.columns[paired] !== undefined)
    return edge.columns[paired] === from.column && !from.added ? 1 : 0;
  if (from.added && from.path[0]?.index === edge.index) return 1;
  if (from.domain < 0) return 0;
  // A key that is the referencing column of this very relation names the other row, not its key.
  if (!from.added && edge.columns.includes(from.column)) return 0;
  const certainty = Math.min(1, from.strength / 0.8, to.strength / 0.8);
  return (consistency[from.domain] ?? 0) * certainty;
}

function positions(options: readonly Option[], kind: Option['kind']): number[] {
  return options.flatMap((option, position) => (option.kind === kind ? [position] : []));
}
