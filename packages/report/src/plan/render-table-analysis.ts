import type { TableAnalysis } from '@shardwright/analyzer';
import { displayName, formatBytes, formatExact, nameKey, plural } from '@shardwright/core';
import type { Change, LeftOut, PlannedTable, Weakening } from '@shardwright/planner';
import { backfillPath } from '../decision-label.ts';
import { printable } from '../printable.ts';
import { wrap } from '../text/columns.ts';
import { analysisOf, byRisk, type PlanReport, wholeTables } from './plan-report.ts';

const width = 110;

/** One block per table: where it goes and why, how large it is, what changes in it, what it loses. */
export function renderTableAnalysis(raw: PlanReport): string {
  const report = printable(raw);
  const { plan, analysis } = report;
  const find = analysisOf(analysis);
  const changes = groupByTable(plan.changes);
  const weakenings = groupByTable(byRisk(plan));
  const groups = new Map(analysis.colocationGroups.map((group) => [group.name, group.shardCount]));
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
      ...backfillLines(find(table)),
      ...changeLines(changes.get(key) ?? []),
      ...list('loses', weakenings.get(key) ?? [], weakeningText),
      ...list('left out', leftOutOf(table, plan.leftOut), leftOutText),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function placeOf(table: PlannedTable, shardCounts: ReadonlyMap<string, number>): string {
  switch (table.kind) {
    case 'distributed': {
      const shards = shardCounts.get(table.colocationGroup ?? '');
      return `distributed by ${table.distributionColumn}, co-location group ${table.colocationGroup}${shards === undefined ? '' : `, ${plural(shards, 'shard')}`}`;
    }
    case 'single-shard':
      return `whole on one node, with its schema (co-location group ${table.colocationGroup})`;
    case 'reference':
      return 'reference table: a copy on every node';
    case 'local':
      return 'local: stays on the coordinator';
    default:
      return table.kind satisfies never;
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

function backfillLines(table: TableAnalysis | undefined): readonly string[] {
  const decision = table?.decision;
  if (decision?.kind !== 'distributed' || !decision.addedColumn) return [];
  const gaps = decision.via.filter(({ notNull }) => !notNull);
  return [
    ...indented(`backfill: ${backfillPath(decision)}.${decision.column}`),
    ...gaps.flatMap(({ from, columns }) =>
      indented(
        `  ${displayName(from)}.${columns.join(', ')} may be NULL: such rows have no ${decision.column}`,
      ),
    ),
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

function weakeningText({ risk, object, before, after, remedy }: Weakening): readonly string[] {
  return [
    ...bullet(risk === 'high' ? '✗' : '!', `${risk} risk, ${object}: ${before}; then ${after}`),
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
