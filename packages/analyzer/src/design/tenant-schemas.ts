import type { Catalog } from '@shardwright/catalog';
import type { Edge } from '../relations/edge.ts';
import type { DesignTable } from './design-table.ts';

/** Schemas that each hold one tenant or one service, and why that is thought. */
export interface TenantSchemas {
  readonly schemas: ReadonlySet<string>;
  readonly kind: 'tenants' | 'services';
  readonly reason: string;
}

const serviceName = /(_service|_svc|_api|service)$/;

/**
 * Finds databases that are split by schema already: the same tables again and again (one schema per tenant), or
 * closed schemas that belong to a service each.
 */
export function findTenantSchemas(
  catalog: Catalog,
  tables: readonly DesignTable[],
  edges: readonly Edge[],
): TenantSchemas | undefined {
  const bySchema = new Map<string, DesignTable[]>();
  for (const table of tables) {
    const list = bySchema.get(table.table.schema);
    if (list === undefined) bySchema.set(table.table.schema, [table]);
    else list.push(table);
  }
  return perTenant(bySchema) ?? perService(catalog, bySchema, tables, edges);
}

function perTenant(bySchema: ReadonlyMap<string, readonly DesignTable[]>): TenantSchemas | undefined {
  const fingerprints = new Map<string, Set<string>>();
  const holders = new Map<string, number>();
  for (const [schema, tables] of bySchema) {
    const shapes = new Set(tables.map(shape));
    fingerprints.set(schema, shapes);
    for (const item of shapes) holders.set(item, (holders.get(item) ?? 0) + 1);
  }
  // A schema takes part when most of its tables stand in other schemas too.
  const alike = [...fingerprints].filter(([, shapes]) => {
    const shared = [...shapes].filter((item) => (holders.get(item) ?? 0) > 1).length;
    return shared > 0 && shared >= shapes.size * 0.6;
  });
  if (alike.length < 2 || alike.every(([, shapes]) => shapes.size < 2 && alike.length < 3)) return undefined;
  const names = alike.map(([schema]) => schema);
  const count = Math.max(...alike.map(([, shapes]) => shapes.size));
  return {
    schemas: new Set(names),
    kind: 'tenants',
    reason: `${names.length} schemas hold the same ${count} ${count === 1 ? 'table' : 'tables'}: one schema per tenant`,
  };
}

function shape(table: DesignTable): string {
  return `${table.table.name}(${[...table.columns.keys()].sort().join()})`;
}

function perService(
  catalog: Catalog,
  bySchema: ReadonlyMap<string, readonly DesignTable[]>,
  tables: readonly DesignTable[],
  edges: readonly Edge[],
): TenantSchemas | undefined {
  const owners = new Map(catalog.schemas.map((schema) => [schema.name, schema.owner]));
  const names = [...bySchema.keys()].filter((schema) => schema !== 'public');
  if (names.length < 2 || bySchema.get('public')?.length !== undefined) return undefined;
  const distinctOwners = new Set(names.flatMap((name) => owners.get(name) ?? [])).size === names.length;
  const named = names.every((name) => serviceName.test(name));
  if (!named && !distinctOwners) return undefined;
  const crossing = edges.some(
    (edge) =>
      edge.origin === 'foreign-key' && tables[edge.from]?.table.schema !== tables[edge.to]?.table.schema,
  );
  if (crossing) return undefined;
  return {
    schemas: new Set(names),
    kind: 'services',
    reason: `${names.length} schemas ${distinctOwners ? 'with an owner each' : 'named for services'} and no foreign key between them: one schema per service`,
  };
}
