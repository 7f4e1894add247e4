import type { Catalog, Column, Table } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import type { Workload } from '@shardwright/workload';
import { analyzeQueries } from '../classify/analyze-queries.ts';
import { classify } from '../classify/classify.ts';
import { changedTable, keyFilters } from '../classify/column-uses.ts';
import { prepareQuery } from '../classify/prepare-query.ts';
import type { WorkloadAnalysis } from '../model/analysis.ts';
import type { QueryClass } from '../model/query.ts';
import { queryShares } from '../relations/query-shares.ts';
import type { Problem } from './formulate.ts';
import { groupTypes, type Layout } from './layout.ts';
import { evaluate, type Program } from './program.ts';
import { classCosts, passVolume, tenantConsistency } from './query-gains.ts';

/** What a design costs with every query at the class the classifier predicts. */
export interface ExactDesign {
  readonly routerShareOfCalls: number;
  /** In the optimiser's currency. */
  readonly objective: number;
}

/** Tells what designs of one problem cost under a workload; a query is classified once per choice for its tables. */
export function exactEvaluator(problem: Problem, workload: Workload): (layout: Layout) => ExactDesign {
  const shares = queryShares(workload);
  const prepared = workload.queries.map((query) => prepareQuery(query.sql, problem.catalog));
  const facts = prepared.map((query) => {
    const filters = keyFilters(query);
    const changes = changedTable(query);
    return {
      tables: [...new Set(filters.flatMap(({ table }) => problem.designTables.indexOf.get(table) ?? []))],
      changed: changes === undefined ? undefined : problem.designTables.indexOf.get(changes),
      isLookup: filters.some(({ columns }) => columns.length > 0),
    };
  });
  const structure: Program = {
    ...problem.program,
    constant: problem.program.constant - problem.queryConstant,
    groups: problem.program.groups.filter((group) => !problem.queryGroups.has(group)),
  };
  const known = workload.queries.map(() => new Map<string, QueryClass>());
  const classOf = (position: number, layout: Layout, catalog: () => Catalog): QueryClass => {
    const tables = facts[position]?.tables ?? [];
    const signature = tables.map((table) => layout.choice[table]).join();
    const found = known[position]?.get(signature);
    if (found !== undefined) return found;
    const hasAdded = tables.some((table) => {
      const decision = layout.decisions[table];
      return decision?.kind === 'distributed' && decision.addedColumn;
    });
    const base = prepared[position];
    const query =
      hasAdded || base === undefined ? prepareQuery(workload.queries[position]?.sql ?? '', catalog()) : base;
    const name = classify(query, layout.design).class;
    known[position]?.set(signature, name);
    return name;
  };
  return (layout) => {
    let augmented: Catalog | undefined;
    const catalog = (): Catalog => {
      augmented ??= withAddedColumns(problem, layout);
      return augmented;
    };
    let cost = 0;
    let routed = 0;
    for (const [position, share] of shares.entries()) {
      const name = classOf(position, layout, catalog);
      const { tables, changed, isLookup } = facts[position] ?? {
        tables: [],
        changed: undefined,
        isLookup: false,
      };
      const isSpread = tables.some((table) => layout.decisions[table]?.kind === 'distributed');
      const undistributed =
        changed !== undefined && layout.decisions[changed]?.kind === 'reference'
          ? classCosts.everyCopy
          : isLookup
            ? classCosts.oneNodeLookup
            : classCosts.oneNodeScan;
      const spread = Math.min(
        classCost(name),
        namesTheTenant(problem, layout, tables) ? classCosts.oneShardAfterPredicate : classCosts.unsupported,
      );
      cost += ((share.calls + share.time) / 2) * (isSpread ? spread : undistributed);
      if (isOneShard(name)) routed += share.calls;
    }
    return {
      routerShareOfCalls: routed,
      objective: evaluate(structure, layout.choice) + cost * passVolume(problem.totalWeight),
    };
  };
}

/** The workload under a design, query by query, with what would make each better. */
export function analyzeWorkload(problem: Problem, layout: Layout, workload: Workload): WorkloadAnalysis {
  const { queries, summary } = analyzeQueries(workload, withAddedColumns(problem, layout), layout.design);
  return { queries, summary, unparsed: workload.unparsed.length };
}

/** Whether one tenant's value, which whoever asks knows, would bind every distributed table of a query. */
function namesTheTenant(problem: Problem, layout: Layout, tables: readonly number[]): boolean {
  const domains = new Set<number>();
  for (const table of tables) {
    const option = problem.options[table]?.[layout.choice[table] ?? 0];
    if (option?.kind === 'distributed') domains.add(option.key.domain);
    else if (option?.kind !== 'reference') return false;
  }
  const [domain] = domains;
  return domains.size === 1 && (problem.tenancy.consistency[domain ?? -1] ?? 0) >= tenantConsistency;
}

function isOneShard(name: QueryClass): boolean {
  return name === 'fast-path' || name === 'router';
}

function classCost(name: QueryClass): number {
  switch (name) {
    case 'fast-path':
    case 'router':
      return classCosts.oneShard;
    case 'local':
    case 'pushdown':
    case 'unknown':
      return classCosts.everyShard;
    case 'subplans':
    case 'insert-select-repartition':
    case 'merge-repartition':
      return classCosts.subplans;
    case 'repartition':
    case 'insert-select-pull':
    case 'merge-pull':
      return classCosts.moved;
    case 'unsupported':
      return classCosts.unsupported;
    default:
      return name satisfies never;
  }
}

/** The catalog as it would be with the key columns that a design adds or changes: queries are planned on that one. */
function withAddedColumns(problem: Problem, layout: Layout): Catalog {
  const chosen = problem.options.map((options, table) => options[layout.choice[table] ?? 0]);
  const types = groupTypes(problem, chosen);
  const keyed = new Map<string, Column>();
  for (const { index, key: name } of problem.tables) {
    const option = chosen[index];
    const type = option?.kind === 'distributed' ? types.get(option.key.group) : undefined;
    if (option?.kind !== 'distributed' || type === undefined) continue;
    const existing = problem.tables[index]?.columns.get(option.key.column);
    if (existing?.type.sql !== type.sql)
      keyed.set(name, { notNull: true, ...existing, name: option.key.column, type });
  }
  if (keyed.size === 0) return problem.catalog;
  return {
    ...problem.catalog,
    tables: problem.catalog.tables.map((table): Table => {
      const column = keyed.get(nameKey(table));
      if (column === undefined) return table;
      const isNew = table.columns.every(({ name }) => name !== column.name);
      const columns = isNew
        ? [...table.columns, column]
        : table.columns.map((other) => (other.name === column.name ? column : other));
      return { ...table, columns };
    }),
  };
}
