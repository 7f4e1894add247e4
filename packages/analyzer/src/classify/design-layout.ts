import type { Catalog } from '@shardwright/catalog';
import type { Decision } from '../model/analysis.ts';
import type { Design } from '../model/design.ts';
import { namesOf } from './catalog-names.ts';
import { defaultSettings, type Layout, type NameContext, type TablePlacement } from './context.ts';

/** Everything that decides how a query runs: what names mean, and where the tables live. */
export interface ClassifierContext {
  readonly names: NameContext;
  readonly layout: Layout;
}

/** The context that a design gives a catalog's queries. */
export function classifierContext(catalog: Catalog, design: Design): ClassifierContext {
  return { names: namesOf(catalog), layout: layoutOf(design) };
}

const cached = new WeakMap<Design, Layout>();

/**
 * A design as Citus' metadata. Repartition joins count as enabled: Citus ships them off, but a query that needs
 * one is told apart from a query that no setting helps.
 */
export function layoutOf(design: Design): Layout {
  const known = cached.get(design);
  if (known) return known;
  const tables = new Map<string, TablePlacement>();
  for (const [key, decision] of design.decisions) tables.set(key, placement(decision, design));
  const layout = { tables, settings: { ...defaultSettings, repartitionJoins: true } };
  cached.set(design, layout);
  return layout;
}

function placement(decision: Decision, design: Design): TablePlacement {
  switch (decision.kind) {
    case 'distributed': {
      const base = {
        column: decision.column,
        colocation: decision.colocationGroup,
        shardCount: design.shardCount,
      };
      return decision.method === 'range'
        ? { ...base, kind: 'range' }
        : { ...base, kind: 'hash', uniform: true };
    }
    case 'reference':
      return { kind: 'reference', onCoordinator: true };
    case 'single-shard':
      return { kind: 'single-shard', colocation: decision.colocationGroup };
    case 'local':
      return { kind: 'local' };
    default:
      return decision satisfies never;
  }
}
