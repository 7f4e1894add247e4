import type { Analysis } from '@shardwright/analyzer';
import { type Catalog, catalogFingerprint } from '@shardwright/catalog';
import type { QualifiedName } from '@shardwright/core';
import { backfills } from './backfill/backfills.ts';
import type { Plan, PlannedTable, Step } from './model/plan.ts';
import { phases } from './model/plan.ts';
import { behaviourSteps } from './steps/behaviour-steps.ts';
import { definitionSteps } from './steps/definition-steps.ts';
import { extensionSteps, roleSteps, schemaSteps } from './steps/foundation.ts';
import { privilegeSteps, rolesOf } from './steps/privilege-steps.ts';
import {
  distributionSteps,
  foreignKeySteps,
  indexSteps,
  keySteps,
  positionSteps,
  sequenceSteps,
  tableSteps,
} from './steps/table-steps.ts';
import { verbatimSteps } from './steps/verbatim-steps.ts';
import { catalogForNewerServers } from './target/server-differences.ts';
import { type TargetTable, targetDatabase } from './target/target-database.ts';

/** The steps that make an empty database what an analysis decided, in order, each with its undo. */
export function plan(source: Catalog, analysis: Analysis): Plan {
  const catalog = catalogForNewerServers(source);
  const target = targetDatabase(catalog, analysis);
  const { tables } = target;
  const needsGist = tables.some(({ table, source, decision }) =>
    table.constraints.some(
      (one) =>
        one.kind === 'exclusion' && decision.kind === 'distributed' && !source.constraints.includes(one),
    ),
  );
  const verbatim = verbatimSteps(catalog);
  const behaviour = behaviourSteps(catalog, tables);
  const unordered = [
    ...roleSteps(rolesOf(catalog)),
    ...schemaSteps(catalog),
    ...extensionSteps(catalog, needsGist ? ['btree_gist'] : []),
    ...definitionSteps(catalog, verbatim),
    ...sequenceSteps(catalog, tables),
    ...tableSteps(catalog, tables),
    ...distributionSteps(tables, analysis),
    ...keySteps(tables),
    ...indexSteps(tables),
    ...foreignKeySteps(tables),
    ...behaviour.steps,
    ...privilegeSteps(catalog, tables, verbatim),
    ...positionSteps(catalog),
  ];
  return {
    planVersion: '1.0',
    origin: catalog.origin,
    fingerprint: catalogFingerprint(source),
    steps: inPhaseOrder(unordered),
    changes: target.changes.map(namingTable),
    weakenings: target.weakenings.map(namingTable),
    leftOut: [...target.leftOut, ...behaviour.leftOut, ...verbatim.leftOut],
    backfills: backfills(catalog, tables, analysis),
    tables: tables.map(plannedTable),
  };
}

/** The table's name and nothing else of it. */
function namingTable<Entry extends { readonly table: QualifiedName }>(entry: Entry): Entry {
  const { schema, name } = entry.table;
  return { ...entry, table: { schema, name } };
}

function inPhaseOrder(steps: readonly Step[]): readonly Step[] {
  return phases.flatMap((phase) => steps.filter((one) => one.phase === phase));
}

function plannedTable({ table, decision }: TargetTable): PlannedTable {
  const { schema, name } = table;
  return {
    schema,
    name,
    kind: decision.kind,
    ...(decision.kind === 'distributed' ? { distributionColumn: decision.column } : {}),
    ...(table.partitionOf === undefined ? {} : { partitionOf: table.partitionOf.parent }),
    ...('colocationGroup' in decision ? { colocationGroup: decision.colocationGroup } : {}),
  };
}
