import type { Catalog, Column, Table } from '@shardwright/catalog';
import type { AnalyzeOptions } from '../options.ts';
import { defaultNodes, defaultShards } from '../options.ts';
import { declaredEdges } from '../relations/declared.ts';
import type { Edge } from '../relations/edge.ts';
import { inferredEdges } from '../relations/inferred.ts';
import type { QueryFacts } from '../relations/query-facts.ts';
import { workloadEdges } from '../relations/workload-edges.ts';
import { applyOverrides } from './apply-overrides.ts';
import type { Option, OptionCost } from './candidate-key.ts';
import { type CandidateInput, findOptions } from './candidates.ts';
import { type CostInput, optionCosts } from './costs.ts';
import { collectDesignTables, type DesignTables } from './design-table.ts';
import { findDomains } from './domains.ts';
import { findTenantDomain, type Override, resolveOverrides } from './overrides.ts';
import { buildProgram, type GainGroup, type Program } from './program.ts';
import { queryGains } from './query-gains.ts';
import { type RelationGains, relationGains } from './relation-gains.ts';
import { tableSizes } from './size.ts';
import { findTenancy } from './tenancy.ts';
import { findTenantSchemas, type TenantSchemas } from './tenant-schemas.ts';

/** A schema as an optimisation problem, with everything the report wants to say about it. */
export interface Problem extends CostInput {
  readonly catalog: Catalog;
  readonly designTables: DesignTables;
  /** By table: its relations, in either direction. */
  readonly edgesOf: readonly (readonly Edge[])[];
  readonly options: readonly (readonly Option[])[];
  readonly costs: readonly (readonly OptionCost[])[];
  readonly relations: readonly RelationGains[];
  readonly program: Program;
  /** The workload's part of the program; nothing without a workload. */
  readonly queryConstant: number;
  readonly queryGroups: ReadonlySet<GainGroup>;
  /** By table: positions that may be chosen after overrides. */
  readonly allowed: readonly (readonly number[])[];
  readonly overrides: readonly Override[];
  readonly tenantDomain?: number;
  readonly tenantSchemas?: TenantSchemas;
}

/** What makes a problem besides the catalog. */
export interface FormulateInput {
  readonly catalog: Catalog;
  readonly options: AnalyzeOptions;
  /** Why a column cannot be a distribution column; empty when it can. */
  readonly obstacles: (table: Table, column: Column) => readonly string[];
  /** What the workload's queries ask of a design. */
  readonly queries?: readonly QueryFacts[];
}

/** What structure still counts for when a workload tells what really runs. */
const besideWorkload = 0.15;

/** States the choice of a design as a program. */
export function formulate(input: FormulateInput): Problem {
  const { catalog, options } = input;
  const designTables = collectDesignTables(catalog);
  const tables = designTables.list;
  const declared = declaredEdges(designTables);
  const known = [...declared, ...inferredEdges(designTables, declared)];
  const edges = [...known, ...workloadEdges(designTables, known, input.queries ?? [])];
  const sizes = tableSizes(tables, edges);
  const domains = findDomains(tables, edges);
  const tenancy = findTenancy(tables, sizes, edges, domains);
  const overrides = resolveOverrides(designTables, options);
  const tenantDomain =
    options.tenant === undefined ? undefined : findTenantDomain(options.tenant, designTables, domains);
  const tenantSchemas = findTenantSchemas(catalog, tables, edges);
  const base: CostInput = {
    tables,
    sizes,
    edges,
    domains,
    tenancy,
    related: new Set(edges.filter((edge) => edge.from !== edge.to).flatMap((edge) => [edge.from, edge.to])),
    totalWeight: sizes.reduce((total, size) => total + size.weight, 0),
    nodes: options.nodes ?? defaultNodes,
    shards: options.shards ?? defaultShards,
    structureWeight: input.queries === undefined ? 1 : besideWorkload,
  };
  const candidateInput: CandidateInput = {
    ...base,
    obstacles: input.obstacles,
    wanted: new Set(tenantDomain === undefined ? [] : [tenantDomain]),
    tenantSchemas: tenantSchemas?.schemas ?? new Set(),
  };
  const found = findOptions(candidateInput);
  const { options: choices, allowed } = applyOverrides({
    candidates: candidateInput,
    options: found,
    overrides,
    ...(tenantDomain === undefined ? {} : { tenantDomain }),
  });
  const costs = tables.map((table) => optionCosts(table, choices[table.index] ?? [], base));
  const relations = relationGains(edges, choices, base);
  const partial = {
    ...base,
    catalog,
    designTables,
    edgesOf: edgesByTable(edges, tables.length),
    options: choices,
    costs,
    relations,
    overrides,
    ...(tenantDomain === undefined ? {} : { tenantDomain }),
    ...(tenantSchemas === undefined ? {} : { tenantSchemas }),
  };
  const queries = queryGains(input.queries ?? [], designTables, choices, base);
  const program = buildProgram(
    choices,
    costs.map((list) => list.map(({ cost }) => cost)),
    relations,
    queries,
  );
  return {
    ...partial,
    program,
    allowed,
    queryConstant: queries.constant,
    queryGroups: new Set(queries.groups),
  };
}

function edgesByTable(edges: readonly Edge[], count: number): Edge[][] {
  const lists: Edge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) {
    lists[edge.from]?.push(edge);
    if (edge.to !== edge.from) lists[edge.to]?.push(edge);
  }
  return lists;
}
