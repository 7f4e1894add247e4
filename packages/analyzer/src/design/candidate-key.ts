import type { RelationStep } from '../model/analysis.ts';
import type { Edge } from '../relations/edge.ts';

/** What a table can become, as the optimiser sees it. */
export type Option =
  | { readonly kind: 'reference' | 'local' }
  /** All tables of a schema together on one node, as schema-based sharding places them. */
  | { readonly kind: 'single-shard'; readonly schema: string }
  | {
      readonly kind: 'distributed';
      readonly key: KeyOption;
    };

/** A distribution column a table has or can be given. */
export interface KeyOption {
  readonly column: string;
  readonly domain: number;
  /** Domain and type: equal for columns that Citus can co-locate, once integers and texts are made one type. */
  readonly group: string;
  readonly added: boolean;
  /** The relations to follow to the column's values; empty for existing columns. */
  readonly path: readonly Edge[];
  readonly via: readonly RelationStep[];
  /** The column at the path's end. */
  readonly source?: { readonly table: number; readonly column: string };
  /** 1: certain to be never NULL and to mean what the domain means. */
  readonly strength: number;
}

/** An option with its costs. */
export interface OptionCost {
  readonly option: Option;
  /** Everything but relations, in the optimiser's currency. */
  readonly cost: number;
  /** The parts of the cost, for reasons and notes. */
  readonly parts: readonly { readonly what: CostPart; readonly cost: number; readonly note?: string }[];
}

/** What a table's own cost is made of. */
export type CostPart =
  | 'overhead'
  | 'fan-out'
  | 'isolation'
  | 'nullable'
  | 'uniqueness'
  | 'backfill'
  | 'skew'
  | 'few-values'
  | 'copies'
  | 'writes'
  | 'tenant-rows'
  | 'one-node'
  | 'preference';
