import type { Analysis, QueryAnalysis } from '@shardwright/analyzer';
import { type Catalog, catalogFingerprint } from '@shardwright/catalog';
import {
  displayName,
  nameKey,
  type QualifiedName,
  quoteIdentifier,
  quoteQualifiedName,
} from '@shardwright/core';
import { backfills } from './backfill/backfills.ts';
import { foreignKeyChecks } from './load/foreign-key-checks.ts';
import { sequenceLoads } from './load/sequence-loads.ts';
import { tableLoads } from './load/table-loads.ts';
import { nameOf } from './model/name-of.ts';
import type { Plan, PlannedTable, Step } from './model/plan.ts';
import { phases } from './model/plan.ts';
import type { PlannedQuery } from './model/query.ts';
import { behaviourSteps } from './steps/behaviour-steps.ts';
import { definitionSteps } from './steps/definition-steps.ts';
import { distributionSteps } from './steps/distribution-steps.ts';
import { extensionSteps, roleSteps, schemaSteps } from './steps/foundation.ts';
import { withoutLargeObjects } from './steps/large-objects.ts';
import { privilegeSteps, rolesOf } from './steps/privilege-steps.ts';
import { step } from './steps/step.ts';
import {
  foreignKeySteps,
  indexSteps,
  keySteps,
  positionSteps,
  sequenceSteps,
  tableSteps,
} from './steps/table-steps.ts';
import { verbatimSteps } from './steps/verbatim-steps.ts';
import { type Placement, placementOf, placements } from './target/placements.ts';
import { catalogForNewerServers } from './target/server-differences.ts';
import { type TargetTable, targetDatabase } from './target/target-database.ts';

/** The steps that make an empty database what an analysis decided, in order, each with its undo. */
export function plan(source: Catalog, analysis: Analysis): Plan {
  const catalog = withoutLargeObjects(catalogForNewerServers(source));
  const target = targetDatabase(catalog, analysis);
  const { tables } = target;
  const needsGist = tables.some(({ table, source, decision }) =>
    table.constraints.some(
      (one) =>
        one.kind === 'exclusion' && decision.kind === 'distributed' && !source.constraints.includes(one),
    ),
  );
  const sources = new Map(catalog.tables.map((table) => [nameKey(table), table]));
  const places = placements(tables, analysis);
  const placeOf = placementOf(places);
  const verbatim = verbatimSteps(catalog);
  const behaviour = behaviourSteps(catalog, tables);
  const unordered = [
    ...roleSteps(rolesOf(catalog)),
    ...schemaSteps(catalog),
    ...extensionSteps(catalog, needsGist ? ['btree_gist'] : []),
    ...definitionSteps(catalog, verbatim),
    ...sequenceSteps(catalog, tables),
    ...tableSteps(catalog, tables),
    ...distributionSteps(places),
    ...keySteps(tables),
    ...indexSteps(tables),
    ...foreignKeySteps(tables),
    ...behaviour.steps,
    ...privilegeSteps(catalog, tables, verbatim),
    ...positionSteps(catalog),
    ...statisticsSteps(catalog, tables),
  ];
  return {
    planVersion: '1.0',
    origin: catalog.origin,
    fingerprint: catalogFingerprint(source),
    session: session(catalog),
    steps: inPhaseOrder(unordered),
    changes: [...target.changes, ...behaviour.changes].map(namingTable),
    weakenings: target.weakenings.map(namingTable),
    leftOut: [...target.leftOut, ...behaviour.leftOut, ...verbatim.leftOut],
    backfills: backfills(sources, tables),
    loads: tableLoads(sources, tables),
    foreignKeyChecks: foreignKeyChecks(sources, tables),
    sequences: sequenceLoads(catalog, tables),
    colocationGroups: places.groups,
    tables: tables.map((target) =>
      plannedTable(target, placeOf(target.table.partitionOf?.parent ?? target.table)),
    ),
    ...(analysis.workload === undefined ? {} : { queries: analysis.workload.queries.map(plannedQuery) }),
  };
}

function plannedQuery({
  fingerprint,
  sql,
  calls,
  shareOfCalls,
  class: name,
  reason,
  error,
}: QueryAnalysis): PlannedQuery {
  const expected = { class: name, reason, ...(error === undefined ? {} : { error }) };
  return { fingerprint, sql, calls, shareOfCalls, ...expected };
}

/**
 * Table by table: without names the server's shared catalogs are analysed too, whose locks two databases of one cluster
 * can hold crosswise until Citus ends one as a deadlock. Partitions come with their parents.
 */
function statisticsSteps(catalog: Catalog, tables: readonly TargetTable[]): readonly Step[] {
  return [
    ...tables.map(({ table }) => table).filter(({ kind, partitionOf }) => kind !== 'foreign' && !partitionOf),
    ...catalog.views.filter(({ kind }) => kind === 'materialized'),
  ].map((relation) => {
    const name = quoteQualifiedName(relation);
    return step('statistics', name, {
      title: `statistics of ${displayName(relation)}, on every node`,
      apply: [`ANALYZE ${name}`],
    });
  });
}

/** The table's name and nothing else of it. */
function namingTable<Entry extends { readonly table: QualifiedName }>(entry: Entry): Entry {
  return { ...entry, table: nameOf(entry.table) };
}

function inPhaseOrder(steps: readonly Step[]): readonly Step[] {
  return phases.flatMap((phase) => steps.filter((one) => one.phase === phase));
}

/** Names resolve as in the source, and bodies of functions may name tables that come later. */
function session({ origin }: Catalog): readonly string[] {
  const path = [...new Set([origin.defaultSchema, 'public'])].map(quoteIdentifier).join(', ');
  return ['SET check_function_bodies = off', `SET search_path = ${path}`];
}

function plannedTable({ table, decision }: TargetTable, placement: Placement | undefined): PlannedTable {
  return {
    ...nameOf(table),
    kind: decision.kind,
    strategy: placement?.strategy ?? 'local',
    ...(decision.kind === 'distributed' ? { distributionColumn: decision.column } : {}),
    ...(table.partitionOf === undefined ? {} : { partitionOf: table.partitionOf.parent }),
    ...(placement?.group === undefined ? {} : { colocationGroup: placement.group.name }),
  };
}
