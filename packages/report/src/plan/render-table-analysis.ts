import type { TableAnalysis } from '@shardwright/analyzer';
import { displayName, formatBytes, formatExact, nameKey, plural } from '@shardwright/core';
import type { Backfill, Change, LeftOut, PlannedGroup, PlannedTable, Weakening } from '@shardwright/planner';
import { printable } from '../printable.ts';
import { wrap } from '../text/columns.ts';
import { analysisOf, byRisk, type PlanReport, pathInWords, wholeTables } from './plan-report.ts';

const width = 110;

/** One block per table: where it goes and why, how large it is, what changes in it, what it loses. */
export function renderTableAnalysis(raw: PlanReport): string {
  const report = printable(raw);
  const { plan, analysis } = report;
  const find = analysisOf(analysis);
  const changes = groupByTable(plan.changes);
  const weakenings = groupByTable(byRisk(plan));
  const groups = new Map(plan.colocationGroups.map((group) => [group.name, group]));
  const backfills = new Map(plan.backfills.map((backfill) => [nameKey(backfill.table), backfill]));
  const partitions = new Map<string, number>();
  for (const { partitionOf } of plan.tables) {
    if (partitionOf === undefined) continue;
    partitions.set(nameKey(partitionOf), (partitions.get(nameKey(partitionOf)) ?? 0) + 1);
  }
  const blocks = wholeTables(plan).map((table) => {
    const key = nameKey(table);
    return [
      displayName(table),
      ...indented(placeOf(table, groups)),
      ...factLines(find(table), partitions.get(key) ?? 0),
      ...backfillLines(backfills.get(key)),
      ...changeLines(changes.get(key) ?? []),
      ...list('loses', weakenings.get(key) ?? [], weakeningText),
      ...list('left out', leftOutOf(table, plan.leftOut), leftOutText),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function placeOf(table: PlannedTable, groups: ReadonlyMap<string, PlannedGroup>): string {
  const { strategy, distributionColumn, colocationGroup = '' } = table;
  const shards = plural(groups.get(colocationGroup)?.shardCount ?? 0, 'shard');
  switch (strategy) {
    case 'hash':
      return `distributed by ${distributionColumn}, co-location group ${colocationGroup}, ${shards}`;
    case 'time-partitioned':
      return `distributed by ${distributionColumn} with its partitions, co-location group ${colocationGroup}, ${shards}`;
    case 'range':
      return `distributed by ranges of ${distributionColumn}, alone`;
    case 'schema':
      return `whole on one node, with all of schema ${table.schema}`;
    case 'single-shard':
      return `whole on one node (co-location group ${colocationGroup})`;
    case 'reference':
      return 'reference table: a copy on every node';
    case 'local':
      return 'local: stays on the coordinator';
    default:
      return strategy satisfies never;
  }
}

function factLines(table: TableAnalysis | undefined, partitions: number): readonly string[] {
  if (table === undefined) return [];
  const { rows, bytes, partitionedBy, reasons } = table;
  const facts = [
    ...(rows === undefined ? [] : [`${formatExact(rows.count)} rows (${rows.provenance})`]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...(partitionedBy === undefined ? [] : [`${plural(partitions, 'partition')} by ${partitionedBy}`]),
  ];
  return [
    ...(facts.length === 0 ? [] : indented(facts.join(' · '))),
    ...reasons.slice(0, 2).flatMap((reason) => indented(reason)),
  ];
}

function backfillLines(backfill: Backfill | undefined): readonly string[] {
  if (backfill === undefined) return [];
  const { column, chosenBecause, hazards } = backfill;
  return [
    ...indented(
      `backfill: ${column} over ${pathInWords(backfill)}${chosenBecause === undefined ? '' : `, as ${chosenBecause}`}`,
    ),
    ...hazards.flatMap((hazard) => bullet('!', hazard)),
  ];
}

function list<Item>(
  title: string,
  items: readonly Item[],
  text: (item: Item) => readonly string[],
): readonly string[] {
  return items.length === 0 ? [] : [`  ${title}`, ...items.flatMap(text)];
}

/** Changes with their reason, which many of them share. */
function changeLines(changes: readonly Change[]): readonly string[] {
  const reasons = [...new Set(changes.map(({ why }) => why))];
  return list('changes', reasons, (reason) => [
    ...changes.filter(({ why }) => why === reason).flatMap(({ what }) => bullet('·', what)),
    ...bullet(' ', `because ${reason}`),
  ]);
}

function weakeningText({ risk, reason, object, before, after, remedy }: Weakening): readonly string[] {
  return [
    ...bullet(risk === 'high' ? '✗' : '!', `${risk} risk, ${object}: ${before}; then ${after}`),
    ...(reason === undefined ? [] : bullet(' ', `because ${reason}`)),
    ...(remedy === undefined ? [] : bullet(' ', `→ ${remedy}`)),
  ];
}

function leftOutText({ object, why, instead }: LeftOut): readonly string[] {
  return [...bullet('·', `${object}: ${why}`), ...bullet(' ', `→ ${instead}`)];
}

/** Titles of what hangs on a table end in its name. */
function leftOutOf(table: PlannedTable, leftOut: readonly LeftOut[]): readonly LeftOut[] {
  return leftOut.filter(({ object }) => object.endsWith(` on ${displayName(table)}`));
}

function bullet(mark: string, text: string): readonly string[] {
  return wrap(text, width - 6).map((line, index) => `    ${index === 0 ? mark : ' '} ${line}`);
}

function indented(text: string): readonly string[] {
  return wrap(text, width - 2).map((line) => `  ${line}`);
}

function groupByTable<Item extends { readonly table: Change['table'] }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameKey(item.table));
    if (group) group.push(item);
    else groups.set(nameKey(item.table), [item]);
  }
  return groups;
}
